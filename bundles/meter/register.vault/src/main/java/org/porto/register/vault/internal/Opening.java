// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.TransitItem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Start-up comparison (rule V4). A crash leaves the journal at most one batch ahead of the table, and torn behind its last record:
 * that is put right without a word. Anything else that one store has whole and the other has not is damage: repaired from the
 * one that is whole, with a report. Two whole ones that differ, or damage in both, lock the vault with a case file.
 */
final class Opening {

    private static final Logger LOG = LoggerFactory.getLogger(Opening.class);
    private static final Pattern SEGMENT = Pattern.compile(Stores.JOURNAL_PREFIX + "(\\d{6,9})");
    private static final int RECORDS_PER_WINDOW = 1000;
    /** Tables kept as evidence; a medium that fails again and again must not fill itself with them. */
    private static final int DAMAGED_MAX = 8;

    private final Stores.Parts parts;
    private final Archive archive;
    private final Papers papers;
    private final Medium medium;
    private final List<String> report = new ArrayList<>();
    private TableStore table;
    private boolean tableMade;
    private Optional<Segment> live = Optional.empty();
    private Optional<Segment> pending = Optional.empty();
    private Map<TransactionId, TransitItem> transit = Map.of();

    Opening(Stores.Parts parts, Archive archive, Papers papers) {
        this.parts = parts;
        this.archive = archive;
        this.papers = papers;
        this.medium = parts.medium();
    }

    TableStore table() {
        return table;
    }

    Optional<Segment> live() {
        return live;
    }

    Optional<Segment> pending() {
        return pending;
    }

    Map<TransactionId, TransitItem> transit() {
        return transit;
    }

    void open(boolean tableSuspect) throws StoreException, IOException {
        medium.disk.delete(parts.folder().resolve(NextSegment.MAKING_FILE));
        medium.disk.delete(parts.folder().resolve(NextSegment.FILE));
        try {
            try {
                if (tableSuspect) {
                    setAside("its last sync failed");
                }
                openTable();
                agree();
            } catch (StoreException e) {
                if (e.code() != RegisterCode.RECORD_BROKEN || tableMade) {
                    throw e;
                }
                closeAll();
                setAside(e.getMessage());
                openTable();
                agree();
            }
        } catch (StoreException e) {
            if (e.code() == RegisterCode.STORES_DISAGREE || e.code() == RegisterCode.RECORD_BROKEN) {
                throw locked(e);
            }
            throw e;
        }
        medium.maintain(TableStore.NAME, () -> medium.disk.syncFolder(parts.folder()));
        if (!report.isEmpty()) {
            medium.counters.repair();
            papers.repair(report);
        }
    }

    private void openTable() throws StoreException {
        table = new TableStore(parts.folder().resolve(Stores.TABLE_FILE), medium);
    }

    /** The damaged file stays as evidence; the table is filled again from the journal, which must then be whole. */
    private void setAside(String why) throws StoreException {
        tableMade = true;
        Path file = parts.folder().resolve(Stores.TABLE_FILE);
        if (medium.disk.exists(file)) {
            Path aside = papers.free(Stores.TABLE_FILE + ".damaged", DAMAGED_MAX);
            medium.maintain(TableStore.NAME, () -> medium.move(file, aside));
            report.add("table: made anew from the journal, old file kept as " + aside.getFileName() + ", " + why);
        }
    }

    private void agree() throws StoreException, IOException {
        long number = newestSegment();
        if (number == 0) {
            if (archive.has(1)) {
                throw disagreement("there is an archive, but neither store");
            }
            if (parts.seal().zeroised()) {
                LOG.info("register vault is empty, and its keys are gone");
            }
            return;
        }
        Comparison inLive = compare(number, Long.MAX_VALUE);
        Optional<Comparison> inPending = Optional.empty();
        boolean good = false;
        try {
            if (medium.disk.exists(parts.journal(number - 1)) && number > 1) {
                inPending = Optional.of(compare(number - 1, inLive.header().first()));
                chained(inPending.get(), inLive);
            }
            checkTail(inLive);
            checkKeys(inLive.last);
            good = true;
        } finally {
            if (!good) {
                quietly(inLive.channel());
                inPending.ifPresent(comparison -> quietly(comparison.channel()));
            }
        }
        transit = inLive.transit;
        live = Optional.of(segment(inLive));
        pending = inPending.map(this::segment);
        if (inPending.isPresent()) {
            settle(pending.orElseThrow(), inPending.get(), false);
        }
        settle(live.orElseThrow(), inLive, true);
    }

    private Segment segment(Comparison c) {
        return new Segment(
                parts.journal(c.header().number()), c.channel(), c.header(), c.index, c.last, c.end, medium, parts.codec());
    }

    /** By the names of the journal's files; by the table when the journal's newest is lost. */
    private long newestSegment() throws StoreException, IOException {
        long newest = 0;
        for (Path file : medium.disk.list(parts.folder())) {
            Matcher name = SEGMENT.matcher(file.getFileName().toString());
            if (name.matches()) {
                newest = Math.max(newest, Long.parseLong(name.group(1)));
            }
        }
        long inTable = table.lastHeader();
        if (inTable > newest) {
            Optional<SegmentHeader> header = decoded(table.header(inTable));
            boolean begun = header.map(SegmentHeader::first).orElse(Long.MAX_VALUE) <= table.lastSequence();
            if (header.isPresent() && (newest == 0 || begun) && (begun || inTable > 1)) {
                return inTable;
            }
        }
        return newest;
    }

    private Optional<SegmentHeader> decoded(Optional<byte[]> bytes) {
        try {
            return bytes.isEmpty()
                    ? Optional.empty()
                    : Optional.of(SegmentHeader.decode(bytes.get(), parts.codec(), parts.seal()));
        } catch (BrokenRecordException e) {
            return Optional.empty();
        }
    }

    private Comparison compare(long number, long until) throws StoreException, IOException {
        Path file = parts.journal(number);
        Optional<SegmentHeader> inTable = decoded(table.header(number)).filter(header -> header.number() == number);
        if (!medium.disk.exists(file)) {
            remake(file, inTable.orElseThrow(() -> disagreement("segment " + number + " is in neither store")));
        }
        FileChannel channel = medium.disk.open(file);
        boolean good = false;
        try {
            Optional<SegmentHeader> inJournal = header(channel).filter(header -> header.number() == number);
            if (inJournal.isPresent() && inTable.isPresent()
                    && !Arrays.equals(inJournal.get().bytes(), inTable.get().bytes())) {
                throw disagreement("headers of segment " + number + " are whole in both stores, and differ");
            }
            SegmentHeader header = inJournal
                    .or(() -> inTable)
                    .orElseThrow(() -> disagreement("header of segment " + number + " is whole in neither store"));
            if (inJournal.isEmpty()) {
                medium.maintain(Segment.NAME, () -> {
                    medium.write(channel, header.bytes(), 0);
                    channel.force(true);
                });
                report.add("journal: header of segment " + number + " written again from the table");
            }
            if (inTable.isEmpty()) {
                medium.maintain(TableStore.NAME, () -> table.putHeader(header));
                tableMade = true;
                report.add("table: header of segment " + number + " written again from the journal");
            }
            Comparison comparison = new Comparison(channel, header, table, parts.codec(), parts.genesis());
            comparison.run(until);
            good = true;
            return comparison;
        } finally {
            if (!good) {
                quietly(channel);
            }
        }
    }

    private Optional<SegmentHeader> header(FileChannel channel) throws IOException {
        try {
            return decoded(Optional.of(Archive.header(channel)));
        } catch (BrokenRecordException e) {
            return Optional.empty();
        }
    }

    private void remake(Path file, SegmentHeader header) throws StoreException {
        Path next;
        try (NextSegment made = new NextSegment(parts)) {
            made.make(header.capacity());
            next = made.file();
        }
        medium.maintain(Segment.NAME, () -> {
            try (FileChannel channel = medium.disk.open(next)) {
                medium.write(channel, header.bytes(), 0);
                channel.force(true);
            }
            medium.move(next, file);
        });
        report.add("journal: segment " + header.number() + " was missing and is made anew from the table");
    }

    private static void chained(Comparison older, Comparison newer) throws StoreException {
        if (!older.last.flatMap(last -> newer.header().front().map(last::sameBytes)).orElse(false)) {
            throw disagreement("segments " + older.header().number() + " and " + newer.header().number() + " do not fit");
        }
    }

    /** What is torn behind the journal's last record may only be what a batch left that the table never had. */
    private void checkTail(Comparison c) throws StoreException {
        boolean torn = c.used > c.end;
        long behind = c.tableLacks.isEmpty()
                ? 0
                : c.header().first() + c.index.size() - c.tableLacks.get(0).first();
        if (torn && (tableMade || behind >= parts.batchMax())) {
            throw disagreement("table is damaged, and the journal behind record " + (c.header().first() + c.index.size() - 1));
        }
    }

    /** Without keys only a withdrawn meter may go on (rule V6). */
    private void checkKeys(Optional<StoredRecord> last) throws StoreException {
        if (last.isPresent()
                && last.get().after().state() != MeterState.WITHDRAWN
                && parts.seal().zeroised()) {
            throw disagreement("keys are gone but the meter was not withdrawn");
        }
    }

    /** Journal first. All that a batch may have left unsynced is written again, and both are synced, whatever was found. */
    private void settle(Segment segment, Comparison c, boolean isLive) throws StoreException {
        for (Comparison.Run run : c.journalLacks) {
            report.add("journal: records " + run.first() + ".." + run.last() + " written again from the table");
            rewrite(segment, run);
        }
        long last = segment.lastSequence();
        boolean routine = c.tableLacks.isEmpty()
                || c.tableLacks.size() == 1 && c.tableLacks.get(0).last() == last && isLive && !tableMade
                        && last - c.tableLacks.get(0).first() < parts.batchMax();
        if (isLive) {
            long again = Math.max(segment.header.first(), last - parts.batchMax() + 1);
            boolean changed = c.used > c.end || !c.tableLacks.isEmpty() || !c.journalLacks.isEmpty();
            List<byte[]> newest = new ArrayList<>();
            for (long sequence = again; sequence <= last && changed; sequence++) {
                newest.add(segment.bytes((int) (sequence - segment.header.first())));
            }
            medium.maintain(Segment.NAME, () -> {
                if (c.used > c.end) {
                    LOG.info("journal: what was torn behind record {} is dropped", last);
                    segment.zero(c.end, c.used);
                }
                for (int i = 0; i < newest.size(); i++) {
                    segment.rewrite((int) (again - segment.header.first()) + i, newest.get(i));
                }
                segment.sync();
                segment.live();
            });
        }
        for (Comparison.Run run : c.tableLacks) {
            if (!routine) {
                report.add("table: records " + run.first() + ".." + run.last() + " written again from the journal");
            }
            for (long first = run.first(); first <= run.last(); first += RECORDS_PER_WINDOW) {
                put(segment, first, Math.min(run.last(), first + RECORDS_PER_WINDOW - 1));
            }
        }
        if (isLive) {
            medium.maintain(TableStore.NAME, () -> {
                table.keepOnly(last, segment.header.number() - 1, segment.header.number());
                table.commit();
            });
        }
    }

    private void rewrite(Segment segment, Comparison.Run run) throws StoreException {
        for (long first = run.first(); first <= run.last(); first += RECORDS_PER_WINDOW) {
            long from = first;
            long to = Math.min(run.last(), first + RECORDS_PER_WINDOW - 1);
            medium.maintain(Segment.NAME, () -> {
                for (long sequence = from; sequence <= to; sequence++) {
                    segment.rewrite(
                            (int) (sequence - segment.header.first()),
                            table.bytes(sequence).orElseThrow(() -> new IOException("record is gone")));
                }
                segment.sync();
            });
        }
    }

    private void put(Segment segment, long from, long to) throws StoreException {
        medium.maintain(TableStore.NAME, () -> {
            for (long sequence = from; sequence <= to; sequence++) {
                table.put(sequence, segment.bytes((int) (sequence - segment.header.first())));
            }
            table.commit();
        });
    }

    private static StoreException disagreement(String why) {
        return new StoreException(RegisterCode.STORES_DISAGREE, why);
    }

    /** Writes the case down. */
    private StoreException locked(StoreException e) {
        List<String> lines = new ArrayList<>();
        lines.add("why: " + e.getMessage());
        lines.addAll(report);
        lines.addAll(papers.describe(parts, table));
        papers.locked(lines);
        closeAll();
        return new StoreException(RegisterCode.STORES_DISAGREE, e.getMessage(), e);
    }

    private void closeAll() {
        live.ifPresent(Segment::close);
        pending.ifPresent(Segment::close);
        live = Optional.empty();
        pending = Optional.empty();
        if (table != null) {
            table.close();
        }
    }

    static void quietly(FileChannel channel) {
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("closing: {}", e.toString());
        }
    }
}
