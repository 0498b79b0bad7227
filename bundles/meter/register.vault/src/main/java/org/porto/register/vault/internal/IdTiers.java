// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every id of the archive, in few files: one a segment, eight of these merged into one, eight of those into one of 64 segments. Which
 * segments there are is known, and each is in exactly one file of those that are open, so that no id is ever forgotten. Merging goes on a
 * little with each segment that is added, so that nobody waits for all of it; until it is done the parts are used. A segment is added
 * beside those who look up ids: {@link #prepare} makes files, {@link #take} takes them into use.
 */
final class IdTiers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IdTiers.class);

    /** A meter has little memory. */
    private static final long FILTERS_BYTES_MAX = 3L << 20;

    /** Of the ids of one segment, for each segment added. Each id is merged twice, so merging keeps up. */
    private static final int MERGED_PER_ADDED = 3;

    private final Medium medium;
    private final Seal seal;
    private final IdMaking making;
    private final ByteBuffer block = ByteBuffer.allocateDirect(IdFile.BLOCK);
    private List<IdFile> files = new ArrayList<>();
    private Optional<IdMerge> merge = Optional.empty();
    private boolean filtersKept;

    IdTiers(Archive archive, Medium medium, Seal seal, RecordCodec codec) {
        this.medium = medium;
        this.seal = seal;
        making = new IdMaking(archive, medium, seal, codec);
    }

    /** Opens what there must be for so many segments, makes what is missing, drops what was merged. */
    void open(long segments) throws StoreException, RefusedException {
        List<IdFile> opened = new ArrayList<>();
        List<IdFile> unused = opened;
        making.dropMerging();
        try {
            for (IdRange range : IdRange.of(segments)) {
                collect(range, opened);
            }
            unused = files;
            files = opened;
            filtersKept = false;
        } finally {
            unused.forEach(IdFile::quietly); // when this failed, what was open stays in use: no id may be missed
        }
    }

    private void collect(IdRange range, List<IdFile> opened) throws StoreException, RefusedException {
        if (!making.notMerged(range)) {
            opened.add(making.open(range));
            making.drop(range);
            return;
        }
        for (IdRange part : range.parts()) {
            collect(part, opened);
        }
    }

    /** Files to be in use, and what they take the place of. */
    static final class Next {
        private final List<IdFile> files;
        private final List<IdFile> added = new ArrayList<>();
        private final List<IdFile> replaced = new ArrayList<>();
        private final List<IdRange> merged = new ArrayList<>();

        private Next(List<IdFile> inUse) {
            files = new ArrayList<>(inUse);
        }
    }

    /** Of a segment that is about to be, or was, archived. {@link #take} follows, or the vault is opened anew. */
    Next prepare(long number, IdIndex index) throws StoreException, RefusedException {
        IdRange range = new IdRange(number, number);
        Next next = new Next(files);
        boolean good = false;
        try {
            making.write(range, index);
            if (!next.files.isEmpty() && next.files.get(next.files.size() - 1).first == number) { // a second attempt
                next.replaced.add(next.files.remove(next.files.size() - 1));
            }
            IdFile file = IdFile.open(making.file(range), medium.disk, seal, number, number);
            next.added.add(file);
            next.files.add(file);
            mergeSome(next, (long) MERGED_PER_ADDED * index.size());
            try {
                keepFilters(next.files);
            } catch (BrokenRecordException e) {
                repair(next, e);
            }
            good = true;
            return next;
        } catch (IOException e) {
            throw IdMaking.failed(e);
        } catch (BrokenRecordException e) {
            throw new StoreException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        } finally {
            if (!good) {
                next.added.forEach(IdFile::quietly);
            }
        }
    }

    void take(Next next) throws StoreException {
        files = next.files;
        filtersKept = true;
        next.replaced.forEach(IdFile::quietly);
        for (IdRange merged : next.merged) {
            making.drop(merged);
        }
    }

    private void mergeSome(Next next, long most) throws IOException, StoreException, RefusedException, BrokenRecordException {
        long left = most;
        while (left > 0) {
            if (merge.isEmpty()) {
                int at = mergeable(next.files);
                if (at < 0) {
                    return;
                }
                List<IdFile> parts = List.copyOf(next.files.subList(at, at + IdRange.FANOUT));
                merge = Optional.of(making.merge(new IdRange(parts.get(0).first, parts.get(IdRange.FANOUT - 1).last), parts));
            }
            IdMerge going = merge.get();
            try {
                left -= going.some(left);
            } catch (BrokenRecordException e) {
                repair(next, e);
                return;
            }
            if (going.done()) {
                merged(next, going);
            }
        }
        if (merge.isPresent()) {
            merge.get().sync();
        }
    }

    /** The first of eight files that are to be one; -1 for none. */
    private static int mergeable(List<IdFile> files) {
        for (int size = 1; size < IdRange.SIZE_MAX; size *= IdRange.FANOUT) {
            int same = 0;
            for (int i = 0; i < files.size(); i++) {
                IdFile file = files.get(i);
                boolean begins = (file.first - 1) % ((long) size * IdRange.FANOUT) == 0;
                same = file.last - file.first + 1 != size ? 0 : begins ? 1 : same > 0 ? same + 1 : 0;
                if (same == IdRange.FANOUT) {
                    return i + 1 - IdRange.FANOUT;
                }
            }
        }
        return -1;
    }

    private void merged(Next next, IdMerge done) throws IOException, StoreException, RefusedException, BrokenRecordException {
        merge = Optional.empty();
        done.finish();
        IdFile whole = IdFile.open(making.file(done.range), medium.disk, seal, done.range.first(), done.range.last());
        next.added.add(whole);
        int at = 0;
        while (next.files.get(at).first != done.range.first()) {
            at++;
        }
        for (int i = 0; i < IdRange.FANOUT; i++) {
            next.replaced.add(next.files.remove(at));
        }
        next.files.add(at, whole);
        next.merged.add(done.range);
    }

    private void abandon() {
        merge.ifPresent(IdMerge::close);
        merge = Optional.empty();
    }

    /** Those of the newest files, which are the small ones; every debit asks each filter once. */
    private static void keepFilters(List<IdFile> files) throws IOException, BrokenRecordException {
        long room = FILTERS_BYTES_MAX;
        for (int i = files.size() - 1; i >= 0; i--) {
            room -= files.get(i).filterBytes();
            if (room < 0) {
                files.get(i).dropFilter();
            } else {
                files.get(i).keepFilter();
            }
        }
    }

    /** @throws BrokenRecordException a file is damaged: {@link #findRepaired} when nothing goes on beside */
    Optional<IdFile.Place> find(TransactionId id) throws StoreException, BrokenRecordException {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(id.bytes());
        long high = bytes.getLong();
        long low = bytes.getLong();
        try {
            if (!filtersKept) {
                keepFilters(files);
                filtersKept = true;
            }
            for (int i = files.size() - 1; i >= 0; i--) {
                Optional<IdFile.Place> place = files.get(i).find(high, low, block);
                if (place.isPresent()) {
                    return place;
                }
            }
        } catch (IOException e) {
            throw IdMaking.failed(e);
        }
        return Optional.empty();
    }

    /** Once more, with what is damaged made anew. */
    Optional<IdFile.Place> findRepaired(TransactionId id, BrokenRecordException damage) throws StoreException, RefusedException {
        try {
            Next next = new Next(files);
            repair(next, damage);
            take(next);
            return find(id);
        } catch (BrokenRecordException e) {
            throw new StoreException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
    }

    private void repair(Next next, BrokenRecordException damage) throws StoreException, RefusedException, BrokenRecordException {
        LOG.warn("{} {}", RegisterCode.RECORD_BROKEN.code(), damage.getMessage());
        remakeDamaged(next);
        try {
            keepFilters(next.files);
        } catch (IOException e) {
            throw IdMaking.failed(e);
        }
    }

    /** Every file against its MAC. @return how many were made anew */
    private int remakeDamaged(Next next) throws StoreException, RefusedException {
        int made = 0;
        for (int i = 0; i < next.files.size(); i++) {
            IdFile file = next.files.get(i);
            try {
                file.verify();
            } catch (IOException e) {
                throw IdMaking.failed(e);
            } catch (BrokenRecordException e) {
                IdRange range = IdRange.of(file);
                LOG.warn("{} {} is made anew: {}", RegisterCode.RECORD_BROKEN.code(), range.name(), e.getMessage());
                abandon();
                IdFile whole = making.make(range);
                next.added.add(whole);
                next.replaced.add(file);
                next.files.set(i, whole);
                made++;
            }
        }
        return made;
    }

    /** The files in use, to be looked at one by one while they are in use. */
    List<Verification.Ids> inUse() {
        List<Verification.Ids> all = new ArrayList<>();
        for (IdFile file : files) {
            all.add(new Verification.Ids(this, file.first, file.last));
        }
        return all;
    }

    /** By any thread, through a channel of its own. False also for one that was merged meanwhile. */
    boolean whole(long first, long last) {
        Path file = making.file(new IdRange(first, last));
        if (!medium.disk.exists(file)) {
            return false;
        }
        try (IdFile own = IdFile.open(file, medium.disk, seal, first, last)) {
            own.verify();
            return true;
        } catch (IOException | BrokenRecordException e) {
            return false;
        }
    }

    /** Every file against its MAC; one that is wrong is made anew. @return how many were */
    int verify() throws StoreException, RefusedException {
        Next next = new Next(files);
        int made = remakeDamaged(next);
        take(next);
        filtersKept = made == 0;
        return made;
    }

    @Override
    public void close() {
        abandon();
        files.forEach(IdFile::quietly);
        files = new ArrayList<>();
    }
}
