// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The state of the registers over both stores. Used by one thread at a time. After any failure of a store nothing in memory is
 * trusted: the next use opens both stores again, and their comparison decides what happened.
 */
final class Ledger {

    /** The last durable state, for readers that wait for nobody. */
    record View(Registers registers, List<TransitItem> transit, long records, long archivedRecords) {}

    private static final Logger LOG = LoggerFactory.getLogger(Ledger.class);

    /** Records of a batch; to wake another thread takes longer than the commit of fewer. */
    private static final int WORTH_ANOTHER_THREAD = 4;

    private final Executor others;
    private final Vault.Setting setting;
    private final InstantSource clock;
    private final Seal seal;
    private final RecordCodec codec;
    private final byte[] genesis;
    private final Papers papers;
    private final Counters counters;
    private final WriteWindows windows;
    private final Stores.Parts parts;
    private final InTransit transit = new InTransit();
    private Stores stores;
    private boolean tableSuspect;
    private volatile StoreException locked;
    private volatile String trouble = "";
    private volatile View view;

    /**
     * @param others take work that needs nobody's waiting
     * @param upkeep takes maintenance beside the batches
     */
    Ledger(
            Vault.Setting setting,
            Seal seal,
            InstantSource clock,
            WriteWindows windows,
            Papers papers,
            Counters counters,
            Executor others,
            Executor upkeep) {
        this.others = others;
        this.setting = setting;
        this.clock = clock;
        this.seal = seal;
        this.papers = papers;
        this.counters = counters;
        this.windows = windows;
        codec = new RecordCodec(seal);
        genesis = RecordCodec.genesis(setting.serial());
        parts = new Stores.Parts(
                setting.folder(),
                setting.segmentBytes(),
                setting.batchMax(),
                new Medium(setting.disk(), windows, counters),
                codec,
                seal,
                genesis,
                upkeep);
    }

    RecordCodec codec() {
        return codec;
    }

    byte[] genesis() {
        return genesis;
    }

    /** Empty while not open. */
    Optional<View> view() {
        return Optional.ofNullable(view);
    }

    Optional<StoreException> locked() {
        return Optional.ofNullable(locked);
    }

    /** What closed it last. */
    String trouble() {
        return trouble;
    }

    /** Opens and compares the stores when they are not open, that is at the first call and after every fault. */
    Stores open() throws RefusedException {
        StoreException lock = locked;
        if (lock != null) {
            throw new RefusedException(lock.code(), lock.getMessage(), lock);
        }
        if (stores != null) {
            return stores;
        }
        boolean good = false;
        try {
            stores = new Stores(parts, tableSuspect, papers);
            tableSuspect = false;
            transit.set(stores.transit());
            publish();
            trouble = "";
            good = true;
            return stores;
        } catch (StoreException e) {
            if (e.code() == RegisterCode.STORES_DISAGREE) {
                locked = e;
            }
            trouble = e.code().code() + " " + e.getMessage();
            throw new RefusedException(e.code(), e.getMessage(), e);
        } finally {
            if (!good) {
                close();
            }
        }
    }

    private void publish() throws RefusedException {
        View next = new View(
                registers(), transit.list(), stores.last().map(StoredRecord::sequence).orElse(0L), stores.archivedRecords());
        view = check(next);
    }

    private Registers registers() {
        return stores.last()
                .map(StoredRecord::after)
                .orElseGet(() -> RegisterState.initial(setting.currency()));
    }

    /** Rule V2, after every read. */
    static View check(View view) throws RefusedException {
        long sum = 0;
        for (TransitItem item : view.transit()) {
            sum = sum + item.amountMils() + item.feeMils();
        }
        if (!view.registers().balanced() || sum != view.registers().inTransit()) {
            throw new RefusedException(
                    RegisterCode.IDENTITY_BROKEN, "at record " + view.registers().sequence());
        }
        return view;
    }

    Optional<StoredRecord> find(TransactionId transaction) throws RefusedException {
        try {
            return open().find(transaction);
        } catch (StoreException e) {
            throw refused(e);
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
    }

    /** Closes it and says why. */
    RefusedException refused(StoreException e) {
        fault(e.code(), e.getMessage());
        return new RefusedException(e.code(), e.getMessage(), e);
    }

    void fault(RegisterCode code, String at) {
        LOG.error("{} vault closes, {}, and opens again from its stores", code.code(), at);
        counters.fault();
        trouble = code.code() + " " + at;
        close();
    }

    void close() {
        view = null;
        if (stores != null) {
            tableSuspect |= stores.tableSyncFailed();
            stores.close();
            stores = null;
        }
        windows.drop();
    }

    /** From a number on, as many as lie in one segment; empty behind the last. */
    List<StoredRecord> log(long from, int most) throws RefusedException {
        try {
            return open().log(from, most);
        } catch (StoreException e) {
            throw refused(e);
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
    }

    /** Hands the next records to a verification, or names the archived segment that they are in. */
    Optional<Verification.Archived> verifyNext(Verification verification) throws RefusedException {
        try {
            try {
                return open().verifyNext(verification, papers);
            } catch (StoreException e) {
                if (e.code() != RegisterCode.RECORD_BROKEN) {
                    throw e;
                }
                fault(e.code(), e.getMessage()); // a table that cannot be read is made anew by opening
                return open().verifyNext(verification, papers);
            }
        } catch (StoreException e) {
            throw refused(e);
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
    }

    boolean restore(Verification.Repair repair) throws RefusedException {
        try {
            open().restore(repair);
        } catch (StoreException e) {
            throw refused(e);
        }
        counters.repair();
        papers.repair(List.of(repair.why() + ": " + repair.to() + " was damaged and is restored from " + repair.from()));
        return true;
    }

    List<Verification.Ids> ids() throws RefusedException {
        return open().ids();
    }

    boolean verifyIds() throws RefusedException {
        try {
            int made = open().verifyIds();
            if (made > 0) {
                counters.repair();
                papers.repair(List.of("archive: " + made + " files of ids were damaged and are made anew"));
            }
        } catch (StoreException e) {
            throw refused(e);
        }
        return true;
    }

    /** A piece of maintenance is under way, and must come back before the stores can be closed. */
    boolean busyBeside() {
        return stores != null && stores.busyBeside();
    }

    /** Waits for it. @return whether it is back */
    boolean besideWithin(Duration time) {
        return stores == null || stores.besideWithin(time);
    }

    boolean maintenanceDue() {
        return stores != null && stores.maintenanceDue();
    }

    /** What can wait until the callers have their answers; a piece of about so many bytes. */
    void maintain(long bytes) {
        if (stores == null) {
            return;
        }
        boolean good = false;
        try {
            stores.maintain(bytes);
            publish();
            good = true;
        } catch (StoreException e) {
            good = true;
            fault(e.code(), e.getMessage());
        } catch (RefusedException e) {
            LOG.warn("{} maintenance waits", e.code(), e);
            good = true;
        } finally {
            if (!good) {
                close();
            }
        }
    }

    /** Stages requests one after the other on the state that the ones before will leave, then makes all durable together. */
    Batch batch() throws RefusedException {
        try {
            open().makeRoom(transit.list());
        } catch (StoreException e) {
            throw refused(e);
        }
        return new Batch();
    }

    /** One group commit. */
    final class Batch {
        private final Staging staging =
                new Staging(setting, codec, genesis, seal, clock, transit, Ledger.this::find, stores.last());

        boolean hasRoom() {
            return stores != null && records().size() < setting.batchMax()
                    && stores.live().orElseThrow().room() - bytes() >= RecordCodec.BYTES_MAX;
        }

        private List<StoredRecord> records() {
            return staging.records();
        }

        long bytes() {
            return staging.bytes();
        }

        void stage(Request request) {
            staging.stage(request);
        }

        /** One store after the other, each in a window of its own (rules V4, V5). */
        void write() {
            if (stores == null) {
                staging.refuse(new RefusedException(RegisterCode.STORE_FAILED, trouble));
                return;
            }
            if (records().isEmpty()) {
                return;
            }
            boolean written = false;
            try {
                writeBoth();
                written = true;
                counters.batch();
                publish();
                staging.done();
            } catch (StoreException e) {
                staging.uncertain(e.code(), e);
                fault(e.code(), e.getMessage());
                written = true;
            } catch (RefusedException e) {
                staging.uncertain(RegisterCode.IDENTITY_BROKEN, e);
            } finally {
                if (!written) {
                    fault(RegisterCode.STORE_FAILED, "records from " + records().get(0).sequence());
                }
            }
        }

        /** While the journal syncs, the table's commit is made ready in memory; it is written when the journal has all. */
        private void writeBoth() throws StoreException, RefusedException {
            TableStore table = stores.table();
            Executor whose = records().size() < WORTH_ANOTHER_THREAD ? nobody -> {} : others;
            Beside ready = new Beside(whose, () -> table.prepare(records()));
            try {
                write(stores.journal(), () -> {});
                write(table, ready::join);
            } finally {
                ready.end();
            }
        }

        private void write(RegisterStore store, Beside.Act first) throws StoreException {
            WriteWindows.Window window = windows.open(
                    store.name(), records().get(0).sequence(), records().get(records().size() - 1).sequence());
            first.run();
            store.append(window, records());
            windows.close(window);
        }
    }
}
