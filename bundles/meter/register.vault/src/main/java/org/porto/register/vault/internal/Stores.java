// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Optional;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Both stores, opened, compared and in agreement (rule V4). A crash leaves them at most one record apart and one of them torn;
 * the one behind is repaired from the other. One that is damaged beyond its last record is made anew from the other after that
 * one was verified from its first record on. Two valid ones that differ otherwise are nobody's to choose from: the meter locks.
 */
final class Stores implements AutoCloseable {

    static final String JOURNAL_FILE = "registers.journal";
    static final String TABLE_FILE = "registers.table";

    private static final Logger LOG = LoggerFactory.getLogger(Stores.class);

    private final Path folder;
    private final Disk disk;
    private final RecordCodec codec;
    private final Seal seal;
    private final WriteWindows windows;
    private final byte[] genesis;
    private JournalStore journal;
    private TableStore table;

    /** @throws StoreException {@code REG-012} with a case file, or {@code REG-011}: try again */
    Stores(Path folder, Disk disk, RecordCodec codec, Seal seal, WriteWindows windows, byte[] genesis) throws StoreException {
        this.folder = folder;
        this.disk = disk;
        this.codec = codec;
        this.seal = seal;
        this.windows = windows;
        this.genesis = genesis;
        boolean opened = false;
        try {
            disk.createFolder(folder);
            open();
            agree();
            disk.syncFolder(folder);
            opened = true;
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, "folder " + folder, e);
        } finally {
            if (!opened) {
                close();
            }
        }
    }

    JournalStore journal() {
        return journal;
    }

    TableStore table() {
        return table;
    }

    Optional<StoredRecord> last() {
        return journal.last();
    }

    private void open() throws StoreException, IOException {
        journal = new JournalStore(folder.resolve(JOURNAL_FILE), disk, codec, windows);
        try {
            table = new TableStore(folder.resolve(TABLE_FILE), disk, codec, windows);
        } catch (StoreException e) {
            if (e.code() != RegisterCode.RECORD_BROKEN) {
                throw e;
            }
            LOG.warn("{} second store is damaged and is made anew from the first", e.code().code(), e);
            remakeTable(e);
            return;
        }
        if (journal.last().isEmpty() && journal.torn() && sequence(table) > 1) {
            LOG.warn("{} first store is damaged and is made anew from the second", RegisterCode.RECORD_BROKEN.code());
            remakeJournal();
        }
    }

    private void agree() throws StoreException {
        long inJournal = sequence(journal);
        long inTable = sequence(table);
        if (Math.abs(inJournal - inTable) > 1) {
            throw disagreement("stores are more than one record apart");
        }
        StoredRecord newer = (inJournal >= inTable ? journal.last() : table.last()).orElse(null);
        StoredRecord older = (inJournal >= inTable ? table.last() : journal.last()).orElse(null);
        if (newer == null) {
            checkKeys(null);
            settle(journal);
            settle(table);
            return;
        }
        boolean fits = inJournal == inTable
                ? newer.sameBytes(older)
                : Arrays.equals(newer.previousHash(), older == null ? genesis : older.record().hash());
        if (!fits) {
            throw disagreement("last records do not fit together");
        }
        checkKeys(newer);
        settle(journal);
        settle(table);
        if (inJournal != inTable) {
            RegisterStore behind = inJournal < inTable ? journal : table;
            LOG.warn("record {} is written again to the {} store, which was behind", newer.sequence(), behind.name());
            WriteWindows.Window window = windows.open(behind.name(), newer.sequence());
            behind.append(window, newer);
            windows.close(window);
        }
    }

    /** Without keys only a withdrawn meter may go on (rule V6). */
    private void checkKeys(StoredRecord last) throws StoreException {
        if (last != null && last.record().after().state() != MeterState.WITHDRAWN && seal.zeroised()) {
            throw disagreement("keys are gone but the meter was not withdrawn");
        }
    }

    private void settle(RegisterStore store) throws StoreException {
        if (store.torn()) {
            LOG.warn("{} store: what was torn behind record {} is dropped", store.name(), sequence(store));
        }
        WriteWindows.Window window = windows.open(store.name(), sequence(store));
        store.settle(window);
        windows.close(window);
    }

    private static long sequence(RegisterStore store) {
        return store.last().map(StoredRecord::sequence).orElse(0L);
    }

    /** From the journal, which must be whole: one damaged store is repaired, two are a case. */
    private void remakeTable(StoreException damage) throws StoreException, IOException {
        if (journal.torn()) {
            throw disagreement("both stores are damaged: " + damage.getMessage());
        }
        Path aside = folder.resolve(TABLE_FILE + ".new");
        disk.delete(aside);
        try (TableStore made = new TableStore(aside, disk, codec, windows)) {
            Chain chain = new Chain(genesis);
            journal.walk(1, sequence(journal), stored -> {
                chain.next(stored);
                WriteWindows.Window window = windows.open(TableStore.NAME, stored.sequence());
                made.load(window, stored);
                windows.close(window);
            });
            chain.endsAt(sequence(journal));
            made.loaded();
        } catch (BrokenRecordException e) {
            throw disagreement("second store is damaged, and the first at " + e.getMessage());
        }
        replace(TABLE_FILE, aside);
        table = new TableStore(folder.resolve(TABLE_FILE), disk, codec, windows);
    }

    private void remakeJournal() throws StoreException, IOException {
        Path aside = folder.resolve(JOURNAL_FILE + ".new");
        disk.delete(aside);
        try (JournalStore made = new JournalStore(aside, disk, codec, windows)) {
            Chain chain = new Chain(genesis);
            table.walk(1, sequence(table), stored -> {
                chain.next(stored);
                WriteWindows.Window window = windows.open(JournalStore.NAME, stored.sequence());
                made.load(window, stored);
                windows.close(window);
            });
            chain.endsAt(sequence(table));
            made.loaded();
        } catch (BrokenRecordException e) {
            throw disagreement("first store is damaged, and the second at " + e.getMessage());
        }
        journal.close();
        replace(JOURNAL_FILE, aside);
        journal = new JournalStore(folder.resolve(JOURNAL_FILE), disk, codec, windows);
    }

    /** The damaged file stays as evidence. */
    private void replace(String name, Path by) throws IOException {
        disk.move(folder.resolve(name), free(name + ".damaged"));
        disk.move(by, folder.resolve(name));
        disk.syncFolder(folder);
    }

    private Path free(String name) {
        int number = 1;
        while (disk.exists(folder.resolve(name + "-" + number))) {
            number++;
        }
        return folder.resolve(name + "-" + number);
    }

    /** Writes the case down and locks. */
    private StoreException disagreement(String why) {
        StringBuilder text = new StringBuilder("Register vault, case: ").append(why).append('\n');
        describe(text, JournalStore.NAME, journal);
        describe(text, TableStore.NAME, table);
        Path file = free("case");
        try {
            Papers.write(disk, file, text.toString());
        } catch (IOException e) {
            LOG.error("{} case file cannot be written", RegisterCode.STORES_DISAGREE.code(), e);
        }
        LOG.error("{} {}: {}; see {}", RegisterCode.STORES_DISAGREE.code(), RegisterCode.STORES_DISAGREE.meaning(), why, file);
        return new StoreException(RegisterCode.STORES_DISAGREE, why);
    }

    private static void describe(StringBuilder text, String name, RegisterStore store) {
        text.append(name).append(": ");
        if (store == null) {
            text.append("unreadable\n");
            return;
        }
        text.append(store.torn() ? "torn behind its last record; " : "");
        store.last().ifPresentOrElse(
                last -> text.append("last record ")
                        .append(last.sequence())
                        .append(' ')
                        .append(last.record().after())
                        .append(' ')
                        .append(HexFormat.of().formatHex(last.bytes())),
                () -> text.append("empty"));
        text.append('\n');
    }

    @Override
    public void close() {
        windows.drop();
        if (journal != null) {
            journal.close();
        }
        if (table != null) {
            table.close();
        }
    }
}
