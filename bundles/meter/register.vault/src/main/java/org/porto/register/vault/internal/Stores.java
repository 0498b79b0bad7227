// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.TransitItem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Both stores and the archive, opened by {@link Opening} and in agreement; here they roll over, archive and are read. */
final class Stores implements AutoCloseable {

    static final String TABLE_FILE = "registers.table";
    static final String JOURNAL_PREFIX = "journal-";
    static final String LOCK_FILE = "vault.lock";
    static final String ARCHIVE_FOLDER = "archive";
    /** What archiving does at once for every record of a segment, ids and dropping, in terms of bytes copied. */
    private static final long BYTES_PER_RECORD = 16;

    private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

    /** What the stores are made of and with. */
    record Parts(
            Path folder,
            long segmentBytes,
            int batchMax,
            Medium medium,
            RecordCodec codec,
            Seal seal,
            byte[] genesis,
            Executor upkeep) {

        Path journal(long number) {
            return folder.resolve(String.format("%s%06d", JOURNAL_PREFIX, number));
        }
    }

    private final Parts parts;
    final Archive archive;
    private final IdTiers ids;
    private final FileChannel lock;
    private TableStore table;
    private Optional<Segment> live = Optional.empty();
    private Optional<Segment> pending = Optional.empty();
    private Map<TransactionId, TransitItem> transit = Map.of();
    private long archived;
    private final Papers papers;
    private final NextSegment next;
    private Optional<Archiving> archiving = Optional.empty();
    private Optional<Upkeep> upkeep = Optional.empty();
    private boolean dropDue;
    private boolean nextFailed;
    private boolean archiveFailed;
    private boolean growthFailed;

    /**
     * @param afterSyncFailure the table's last sync failed in this process: it is made anew
     * @throws StoreException {@code REG-012} with a case file, or {@code REG-011}: try again
     */
    Stores(Parts parts, boolean afterSyncFailure, Papers papers) throws StoreException {
        this.parts = parts;
        this.papers = papers;
        next = new NextSegment(parts);
        Medium medium = parts.medium();
        archive = new Archive(parts.folder().resolve(ARCHIVE_FOLDER), medium, parts.codec(), parts.seal());
        ids = new IdTiers(archive, medium, parts.seal(), parts.codec());
        boolean opened = false;
        try {
            medium.folder(parts.folder());
            lock = medium.disk.open(parts.folder().resolve(LOCK_FILE));
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, "folder " + parts.folder() + ": " + e.getMessage(), e);
        }
        try {
            lock();
            Opening opening = new Opening(parts, archive, papers);
            try {
                opening.open(afterSyncFailure);
            } finally {
                table = opening.table();
                live = opening.live();
                pending = opening.pending();
            }
            transit = opening.transit();
            archived = live.map(segment -> segment.header.number() - 1).orElse(0L) - (pending.isPresent() ? 1 : 0);
            if (archived > 0) {
                ids.open(archived);
            }
            finish();
            opened = true;
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, "opening: " + e.getMessage(), e);
        } catch (RefusedException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, "opening: " + e.getMessage(), e);
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    private void lock() throws IOException {
        try {
            if (lock.tryLock() == null) {
                throw new IOException("vault is in use by another process");
            }
        } catch (OverlappingFileLockException e) {
            throw new IOException("vault is in use", e);
        }
    }

    /** What a crash left in the table of a segment that is archived. A full one that is not waits for {@link #maintain}. */
    private void finish() throws StoreException {
        if (live.isPresent() && pending.isEmpty()) {
            dropArchived();
        }
    }

    private void dropArchived() throws StoreException {
        Segment at = live.orElseThrow();
        parts.medium().maintain(TableStore.NAME, () -> {
            table.keepOnly(at.lastSequence(), pending.orElse(at).header.number(), at.header.number());
            table.commit();
        });
        dropDue = false;
    }

    TableStore table() {
        return table;
    }

    /** The live segment; made with the first record of a new vault. */
    Segment journal() throws StoreException, RefusedException {
        if (live.isEmpty()) {
            begin(Optional.empty(), List.of(), 1);
        }
        return live.orElseThrow();
    }

    Optional<StoredRecord> last() {
        return live.flatMap(Segment::last);
    }

    /** What was in transit at opening. */
    Map<TransactionId, TransitItem> transit() {
        return transit;
    }

    long archived() {
        return archived;
    }

    Optional<Segment> pending() {
        return pending;
    }

    Optional<Segment> live() {
        return live;
    }

    /** Makes room for at least one record, by a new segment where the live one is full. */
    void makeRoom(List<TransitItem> inTransit) throws StoreException, RefusedException {
        Segment at = journal();
        if (at.room() >= RecordCodec.BYTES_MAX) {
            return;
        }
        settle();
        if (pending.isPresent()) {
            archive();
        }
        begin(at.last(), inTransit, at.header.number() + 1);
        pending = Optional.of(at);
        archiveFailed = false;
    }

    /** Header on the spare file, header in the table, and only then the name that makes it the live segment. */
    private void begin(Optional<StoredRecord> front, List<TransitItem> inTransit, long number)
            throws StoreException, RefusedException {
        Medium medium = parts.medium();
        SegmentHeader header = SegmentHeader.of(number, parts.segmentBytes(), front, inTransit, parts.seal());
        Path file = parts.journal(number);
        next.make(header.capacity());
        next.taken();
        nextFailed = false;
        FileChannel[] channel = new FileChannel[1];
        boolean good = false;
        try {
            medium.maintain(Segment.NAME, () -> {
                channel[0] = medium.disk.open(next.file());
                medium.write(channel[0], header.bytes(), 0);
                channel[0].force(true);
            });
            medium.maintain(TableStore.NAME, () -> {
                table.putHeader(header);
                table.commit();
            });
            medium.maintain(Segment.NAME, () -> medium.move(next.file(), file));
            Segment begun =
                    new Segment(file, channel[0], header, new IdIndex(), front, header.bytes().length, medium, parts.codec());
            medium.maintain(Segment.NAME, begun::live);
            live = Optional.of(begun);
            good = true;
        } finally {
            if (!good && channel[0] != null) {
                Opening.quietly(channel[0]);
            }
        }
    }

    /**
     * What need not be done before a batch, a piece of it after each: archiving is done and the next segment made before the live one
     * is full. What touches neither store's live file goes on beside the batches that follow.
     *
     * @param bytes about so many
     */
    void maintain(long bytes) throws StoreException, RefusedException {
        for (long left = bytes; left > 0 && !busyBeside(); ) {
            settle();
            if (!pieceDue()) {
                return;
            }
            left -= piece(left);
        }
        if (!busyBeside()) {
            settle();
        }
    }

    boolean busyBeside() {
        return upkeep.isPresent() && !upkeep.get().done();
    }

    boolean besideWithin(Duration time) {
        return upkeep.isEmpty() || upkeep.get().doneWithin(time);
    }

    /** Waits for what goes on beside, and takes it over. */
    private void settle() throws StoreException, RefusedException {
        if (upkeep.isPresent()) {
            Upkeep done = upkeep.get();
            try {
                done.result().take();
            } finally {
                upkeep = Optional.empty();
            }
        }
    }

    boolean maintenanceDue() {
        return upkeep.isPresent() || pieceDue();
    }

    private boolean pieceDue() {
        return archivingDue() || dropDue || nextDue() || growthDue();
    }

    private boolean archivingDue() {
        return pending.isPresent() && !archiveFailed;
    }

    private boolean nextDue() {
        return !next.made() && !nextFailed && live.map(Segment::halfFull).orElse(false);
    }

    private boolean growthDue() {
        return !growthFailed && table.cramped();
    }

    /** What fails is not tried again before the next opening or roll-over. @return bytes done */
    private long piece(long most) throws StoreException, RefusedException {
        if (archivingDue()) {
            archiveFailed = true;
            Segment full = pending.orElseThrow();
            upkeep = Optional.of(new Upkeep(parts.upkeep(), () -> archivePiece(full, most)));
            return most;
        }
        if (dropDue) {
            long dropped = live.orElseThrow().index.size() * BYTES_PER_RECORD;
            dropArchived();
            return dropped;
        }
        if (nextDue()) {
            nextFailed = true;
            upkeep = Optional.of(new Upkeep(parts.upkeep(), () -> nextPiece(most)));
            return most;
        }
        return grow(most);
    }

    /** A medium without room for it need not close the vault: the roll-over tries once more. */
    private Upkeep.Result nextPiece(long most) throws StoreException {
        try {
            next.step(parts.segmentBytes(), most);
            return () -> nextFailed = false;
        } catch (StoreException e) {
            next.close();
            if (e.code() != RegisterCode.STORE_FAILED) {
                throw e;
            }
            LOG.warn("{} the next segment waits", e.code().code(), e);
            return () -> {};
        }
    }

    /** A medium that is full need not close the vault: batches find their place as long as there is any. */
    private long grow(long most) throws StoreException {
        growthFailed = true;
        long[] done = {most};
        try {
            parts.medium().maintain(TableStore.NAME, () -> done[0] = table.grow(most));
            growthFailed = false;
        } catch (StoreException e) {
            if (e.code() != RegisterCode.STORE_FAILED || table.syncFailed()) {
                throw e;
            }
            LOG.warn("{} table stays as long as it is", e.code().code(), e);
        }
        return done[0];
    }

    /** While it is only copied nothing else has changed yet: a medium with no room for it need not close the vault. */
    private Upkeep.Result archivePiece(Segment full, long most) throws StoreException, RefusedException {
        boolean copying = archiving.map(at -> !at.copied()).orElse(true);
        try {
            Upkeep.Result then = archive(full, most);
            return () -> {
                archiveFailed = false;
                then.take();
            };
        } catch (StoreException e) {
            if (!copying || e.code() != RegisterCode.STORE_FAILED || !e.getMessage().startsWith(Archive.NAME)) {
                throw e;
            }
            LOG.warn("{} segment waits for its archiving", e.code().code(), e);
            return () -> {};
        }
    }

    private void archive() throws StoreException, RefusedException {
        while (pending.isPresent()) {
            archive(pending.get(), Long.MAX_VALUE).take();
        }
        dropArchived();
    }

    /** Copies a piece of it, or, when that is done, closes it for good. */
    private Upkeep.Result archive(Segment full, long most) throws StoreException, RefusedException {
        if (archiving.isEmpty()) {
            archiving = Optional.of(new Archiving(parts, archive, papers, full, table));
        }
        Archiving at = archiving.get();
        boolean good = false;
        try {
            if (!at.copied()) {
                at.copy(most);
                good = true;
                return () -> {};
            }
            at.finish();
            IdTiers.Next added = ids.prepare(full.header.number(), full.index);
            good = true;
            return () -> archived(full, added);
        } finally {
            if (!good) {
                at.close();
                archiving = Optional.empty(); // the next attempt begins anew
            }
        }
    }

    private void archived(Segment full, IdTiers.Next added) throws StoreException {
        ids.take(added);
        archived = full.header.number();
        archiving = Optional.empty();
        pending = Optional.empty();
        full.close();
        dropDue = true;
    }

    /** Any record that ever was, by its id. */
    Optional<StoredRecord> find(TransactionId id) throws StoreException, BrokenRecordException, RefusedException {
        Optional<StoredRecord> recent = history().recent(id);
        if (recent.isPresent()) {
            return recent;
        }
        Optional<IdFile.Place> place = place(id);
        return place.isEmpty() ? Optional.empty() : Optional.of(history().archived(place.get(), id));
    }

    private Optional<IdFile.Place> place(TransactionId id) throws StoreException, RefusedException {
        try {
            return ids.find(id);
        } catch (BrokenRecordException e) {
            settle();
            return ids.findRepaired(id, e);
        }
    }

    /** Segments of the journal that are not archived, newest first. */
    List<Segment> segments() {
        List<Segment> segments = new ArrayList<>();
        live.ifPresent(segments::add);
        pending.ifPresent(segments::add);
        return segments;
    }

    /** Records from a number on, within one segment: empty behind the last. */
    List<StoredRecord> log(long from, int most) throws StoreException, BrokenRecordException {
        return history().log(from, most);
    }

    private History history() {
        return new History(parts, segments(), table, archive, archived);
    }

    long archivedRecords() {
        return pending.or(() -> live).map(segment -> segment.header.first() - 1).orElse(0L);
    }

    /** As {@link Ledger#verifyNext}. One store's record that is damaged is written again from the other's. */
    Optional<Verification.Archived> verifyNext(Verification verification, Papers papers)
            throws StoreException, BrokenRecordException, RefusedException {
        settle();
        return history().verifyNext(verification, papers);
    }

    List<Verification.Ids> ids() {
        return ids.inUse();
    }

    /** The files of ids; made anew where they are wrong. */
    int verifyIds() throws StoreException, RefusedException {
        settle();
        return ids.verify();
    }

    /** One copy of an archived segment from the other. */
    void restore(Verification.Repair repair) throws StoreException, RefusedException {
        settle();
        archive.restore(repair.number(), repair.from(), repair.to());
    }

    boolean tableSyncFailed() {
        return table != null && table.syncFailed();
    }

    @Override
    public void close() {
        try {
            settle(); // nobody writes any more
        } catch (StoreException | RefusedException e) {
            LOG.warn("maintenance was not finished", e);
        }
        parts.medium().windows.drop();
        archiving.ifPresent(Archiving::close);
        next.close();
        segments().forEach(Segment::close);
        if (table != null) {
            table.close();
        }
        ids.close();
        Opening.quietly(lock);
    }
}
