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
    private static final int[] SIZES = {64, 8, 1};
    private static final int FANOUT = 8;

    /** A meter has little memory. */
    private static final long FILTERS_BYTES_MAX = 3L << 20;

    /** Of the ids of one segment, for each segment added. Each id is merged twice, so merging keeps up. */
    private static final int MERGED_PER_ADDED = 3;

    private record Range(long first, long last) {
        long size() {
            return last - first + 1;
        }
    }

    private final Archive archive;
    private final Medium medium;
    private final Seal seal;
    private final RecordCodec codec;
    private final ByteBuffer block = ByteBuffer.allocateDirect(IdFile.BLOCK);
    private List<IdFile> files = new ArrayList<>();
    private Optional<Merge> merge = Optional.empty();
    private boolean filtersKept;

    IdTiers(Archive archive, Medium medium, Seal seal, RecordCodec codec) {
        this.archive = archive;
        this.medium = medium;
        this.seal = seal;
        this.codec = codec;
    }

    private static List<Range> ranges(long segments) {
        List<Range> ranges = new ArrayList<>();
        long next = 1;
        for (int size : SIZES) {
            while (next + size - 1 <= segments) {
                ranges.add(new Range(next, next + size - 1));
                next += size;
            }
        }
        return ranges;
    }

    private Path file(Range range) {
        return archive.folder.resolve("ids-" + range.first + "-" + range.last);
    }

    private Path merging() {
        return archive.folder.resolve("ids-merging");
    }

    /** Opens what there must be for so many segments, makes what is missing, drops what was merged. */
    void open(long segments) throws StoreException, RefusedException {
        List<IdFile> opened = new ArrayList<>();
        List<IdFile> unused = opened;
        if (medium.disk.exists(merging())) {
            medium.maintain(Archive.NAME, () -> medium.disk.delete(merging()));
        }
        try {
            for (Range range : ranges(segments)) {
                collect(range, opened);
            }
            unused = files;
            files = opened;
            filtersKept = false;
        } finally {
            unused.forEach(IdTiers::close); // when this failed, what was open stays in use: no id may be missed
        }
    }

    private void collect(Range range, List<IdFile> opened) throws StoreException, RefusedException {
        if (medium.disk.exists(file(range)) || !partsThere(range)) {
            opened.add(open(range));
            drop(range);
            return;
        }
        for (Range part : parts(range)) {
            collect(part, opened);
        }
    }

    /** Not merged yet. */
    private boolean partsThere(Range range) {
        if (range.size() == 1) {
            return false;
        }
        for (Range part : parts(range)) {
            if (!medium.disk.exists(file(part)) && !partsThere(part)) {
                return false;
            }
        }
        return true;
    }

    private static List<Range> parts(Range range) {
        List<Range> parts = new ArrayList<>();
        long size = range.size() / FANOUT;
        for (long first = range.first; first <= range.last; first += size) {
            parts.add(new Range(first, first + size - 1));
        }
        return parts;
    }

    private IdFile open(Range range) throws StoreException, RefusedException {
        try {
            if (medium.disk.exists(file(range))) {
                return IdFile.open(file(range), medium.disk, seal, range.first, range.last);
            }
        } catch (IOException e) {
            throw failed(e);
        } catch (BrokenRecordException e) {
            LOG.warn("{} {} is made anew: {}", RegisterCode.RECORD_BROKEN.code(), file(range).getFileName(), e.getMessage());
        }
        return make(range);
    }

    private IdFile make(Range range) throws StoreException, RefusedException {
        try {
            if (range.size() == 1) {
                write(range, index(range.first));
            } else {
                mergeParts(range);
                drop(range);
            }
            return IdFile.open(file(range), medium.disk, seal, range.first, range.last);
        } catch (IOException e) {
            throw failed(e);
        } catch (BrokenRecordException e) {
            throw new StoreException(RegisterCode.RECORD_BROKEN, "ids of segments " + range + ": " + e.getMessage(), e);
        }
    }

    /** Ids and places of an archived segment, from whichever copy is whole. */
    private IdIndex index(long number) throws IOException, BrokenRecordException {
        try {
            return index(number, Archive.JOURNAL);
        } catch (BrokenRecordException e) {
            return index(number, Archive.TABLE);
        }
    }

    private IdIndex index(long number, String copy) throws IOException, BrokenRecordException {
        IdIndex index = new IdIndex();
        try (Archive.Reading reading = archive.read(number, copy)) {
            reading.checkBody();
            long at = reading.at();
            for (Optional<byte[]> bytes = reading.next(); bytes.isPresent(); bytes = reading.next()) {
                StoredRecord stored = codec.decode(bytes.get());
                index.add(stored.idHigh(), stored.idLow(), (int) at);
                at = reading.at();
            }
        }
        return index;
    }

    /** Files to be in use, and what they take the place of. */
    static final class Next {
        private final List<IdFile> files;
        private final List<IdFile> added = new ArrayList<>();
        private final List<IdFile> replaced = new ArrayList<>();
        private final List<Range> merged = new ArrayList<>();

        private Next(List<IdFile> inUse) {
            files = new ArrayList<>(inUse);
        }
    }

    /** Of a segment that is about to be, or was, archived. {@link #take} follows, or the vault is opened anew. */
    Next prepare(long number, IdIndex index) throws StoreException, RefusedException {
        Range range = new Range(number, number);
        Next next = new Next(files);
        boolean good = false;
        try {
            write(range, index);
            if (!next.files.isEmpty() && next.files.get(next.files.size() - 1).first == number) { // a second attempt
                next.replaced.add(next.files.remove(next.files.size() - 1));
            }
            IdFile file = IdFile.open(file(range), medium.disk, seal, number, number);
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
            throw failed(e);
        } catch (BrokenRecordException e) {
            throw new StoreException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        } finally {
            if (!good) {
                next.added.forEach(IdTiers::close);
            }
        }
    }

    void take(Next next) throws StoreException {
        files = next.files;
        filtersKept = true;
        next.replaced.forEach(IdTiers::close);
        for (Range merged : next.merged) {
            drop(merged);
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
                List<IdFile> parts = List.copyOf(next.files.subList(at, at + FANOUT));
                merge = Optional.of(new Merge(new Range(parts.get(0).first, parts.get(FANOUT - 1).last), parts));
            }
            Merge going = merge.get();
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
            merge.get().writer.sync();
        }
    }

    /** The first of eight files that are to be one; -1 for none. */
    private static int mergeable(List<IdFile> files) {
        for (int size = 1; size < SIZES[0]; size *= FANOUT) {
            int same = 0;
            for (int i = 0; i < files.size(); i++) {
                IdFile file = files.get(i);
                boolean begins = (file.first - 1) % ((long) size * FANOUT) == 0;
                same = file.last - file.first + 1 != size ? 0 : begins ? 1 : same > 0 ? same + 1 : 0;
                if (same == FANOUT) {
                    return i + 1 - FANOUT;
                }
            }
        }
        return -1;
    }

    private void merged(Next next, Merge done) throws IOException, StoreException, RefusedException, BrokenRecordException {
        merge = Optional.empty();
        done.finish();
        IdFile whole = IdFile.open(file(done.range), medium.disk, seal, done.range.first, done.range.last);
        next.added.add(whole);
        int at = 0;
        while (next.files.get(at).first != done.range.first) {
            at++;
        }
        for (int i = 0; i < FANOUT; i++) {
            next.replaced.add(next.files.remove(at));
        }
        next.files.add(at, whole);
        next.merged.add(done.range);
    }

    private void abandon() {
        merge.ifPresent(Merge::close);
        merge = Optional.empty();
    }

    private void write(Range range, IdIndex index)
            throws IOException, StoreException, RefusedException, BrokenRecordException {
        int[] order = index.sorted();
        write(range, order.length, writer -> {
            for (int slot : order) {
                writer.add(index.high(slot), index.low(slot), (int) range.first, index.offset(slot));
            }
        });
    }

    private interface Fill {
        void into(IdFile.Writer writer) throws IOException, StoreException, BrokenRecordException;
    }

    private void write(Range range, long count, Fill fill)
            throws StoreException, RefusedException, IOException, BrokenRecordException {
        Path made = archive.folder.resolve("ids.new");
        try (IdFile.Writer writer = new IdFile.Writer(medium.disk.open(made), medium, range.first, range.last, count)) {
            fill.into(writer);
            writer.finish(seal);
        }
        medium.maintain(Archive.NAME, () -> medium.move(made, file(range)));
    }

    /** A part that turns out to be damaged is made anew with the others, once. */
    private void mergeParts(Range range) throws IOException, StoreException, RefusedException, BrokenRecordException {
        try {
            merge(range);
        } catch (BrokenRecordException e) {
            LOG.warn("{} parts of {}: {}", RegisterCode.RECORD_BROKEN.code(), file(range).getFileName(), e.getMessage());
            drop(range);
            merge(range);
        }
    }

    /** All at once: only where a file that was merged is damaged. */
    private void merge(Range range) throws IOException, StoreException, RefusedException, BrokenRecordException {
        List<IdFile> sources = new ArrayList<>();
        try {
            for (Range part : parts(range)) {
                sources.add(open(part));
            }
            try (Merge all = new Merge(range, sources)) {
                all.some(Long.MAX_VALUE);
                all.finish();
            }
        } finally {
            sources.forEach(IdTiers::close);
        }
    }

    /** Sorted files becoming one. */
    private final class Merge implements AutoCloseable {
        private final Range range;
        private final IdFile.Writer writer;
        private final IdFile.Cursor[] heads = new IdFile.Cursor[FANOUT];
        private int open;

        /** @param sources stay open until it is done */
        Merge(Range range, List<IdFile> sources) throws IOException, BrokenRecordException {
            this.range = range;
            long count = 0;
            for (IdFile source : sources) {
                count += source.count;
                IdFile.Cursor cursor = source.cursor();
                if (cursor.next()) {
                    heads[open++] = cursor;
                }
            }
            writer = new IdFile.Writer(medium.disk.open(merging()), medium, range.first, range.last, count);
        }

        /** @return how many ids went through */
        long some(long most) throws IOException, StoreException, BrokenRecordException {
            long did = 0;
            while (open > 0 && did < most) {
                int least = 0;
                for (int i = 1; i < open; i++) {
                    if (IdIndex.compare(heads[i].high, heads[i].low, heads[least].high, heads[least].low) < 0) {
                        least = i;
                    }
                }
                IdFile.Cursor head = heads[least];
                writer.add(head.high, head.low, head.segment, head.offset);
                did++;
                if (!head.next()) {
                    heads[least] = heads[--open];
                }
            }
            return did;
        }

        boolean done() {
            return open == 0;
        }

        void finish() throws IOException, StoreException, RefusedException {
            try {
                writer.finish(seal);
            } finally {
                close();
            }
            medium.maintain(Archive.NAME, () -> medium.move(merging(), file(range)));
        }

        @Override
        public void close() {
            try {
                writer.close();
            } catch (IOException e) {
                LOG.warn("ids: {}", e.toString());
            }
        }
    }

    /** What was merged into this one. */
    private void drop(Range range) throws StoreException {
        if (range.size() == 1) {
            return;
        }
        for (Range part : parts(range)) {
            Path merged = file(part);
            if (medium.disk.exists(merged)) {
                medium.maintain(Archive.NAME, () -> medium.disk.delete(merged));
            }
        }
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
            throw failed(e);
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
            throw failed(e);
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
                throw failed(e);
            } catch (BrokenRecordException e) {
                Range range = new Range(file.first, file.last);
                LOG.warn("{} {} is made anew: {}", RegisterCode.RECORD_BROKEN.code(), file(range).getFileName(), e.getMessage());
                abandon();
                IdFile whole = make(range);
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
        Path file = file(new Range(first, last));
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

    private static StoreException failed(IOException e) {
        return new StoreException(RegisterCode.STORE_FAILED, "ids: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        abandon();
        files.forEach(IdTiers::close);
        files = new ArrayList<>();
    }

    private static void close(IdFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("ids: {}", e.toString());
        }
    }
}
