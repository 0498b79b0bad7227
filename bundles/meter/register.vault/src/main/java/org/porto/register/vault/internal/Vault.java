// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.register.api.CaseFile;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;
import org.porto.register.api.VaultHealth;
import org.porto.register.api.VaultService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The vault (rules V1-V9), plain Java. Calls are serialised. After any failure of a store nothing in memory is trusted: the next
 * call opens both stores again, and their comparison decides what happened.
 */
final class Vault implements RegisterVault, VaultService, AutoCloseable {

    /** What does not change while the vault runs. */
    record Setting(
            Path folder, Disk disk, DeviceId serial, Currency currency, Duration window, Duration clockBackTolerance) {}

    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);
    private static final int LOG_MAX = 10_000;
    private static final int VERIFY_BATCH = 500;

    private final Setting setting;
    private final InstantSource clock;
    private final WriteWindows windows;
    private final Seal seal;
    private final RecordCodec codec;
    private final byte[] genesis;

    private final Map<TransactionId, TransitItem> transit = new LinkedHashMap<>();
    private Stores stores;
    private StoreException locked;
    private boolean closed;

    Vault(Setting setting, Seal seal, InstantSource clock, WriteWindows windows) {
        this.setting = setting;
        this.clock = clock;
        this.windows = windows;
        this.seal = seal;
        this.codec = new RecordCodec(seal);
        this.genesis = RecordCodec.genesis(setting.serial());
    }

    @Override
    public synchronized RegisterRecord post(TransactionId transaction, RegisterOperation operation)
            throws RefusedException, UncertainException {
        open();
        Optional<RegisterRecord> repeated = repeated(transaction, operation);
        if (repeated.isPresent()) {
            return repeated.get();
        }
        Instant at = time();
        Change change = RegisterState.apply(present(), operation, id -> Optional.ofNullable(transit.get(id)), at);
        return write(transaction, operation.kind(), change, at);
    }

    private RegisterRecord write(TransactionId transaction, String kind, Change change, Instant at)
            throws RefusedException, UncertainException {
        byte[] previous = stores.last().map(last -> last.record().hash()).orElse(genesis);
        StoredRecord stored = codec.encode(transaction, kind, change, at, previous);
        boolean written = false;
        try {
            write(stores.journal(), stored);
            write(stores.table(), stored);
            written = true;
        } catch (StoreException e) {
            throw new UncertainException(e.code(), transaction, e.getMessage(), e);
        } finally {
            if (!written) {
                fault("record " + stored.sequence());
            }
        }
        inTransit(stored);
        return stored.record();
    }

    /** One store after the other, each in a window of its own (rules V4, V5). */
    private void write(RegisterStore store, StoredRecord stored) throws StoreException {
        WriteWindows.Window window = windows.open(store.name(), stored.sequence());
        store.append(window, stored);
        windows.close(window);
    }

    private Optional<RegisterRecord> repeated(TransactionId transaction, RegisterOperation operation)
            throws RefusedException {
        Optional<StoredRecord> found = stored(transaction);
        if (found.isEmpty()) {
            return Optional.empty();
        }
        try {
            if (!found.get().isOf(operation)) {
                throw new RefusedException(
                        RegisterCode.ID_TAKEN, transaction + " is record " + found.get().sequence());
            }
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
        return Optional.of(found.get().record());
    }

    private Optional<StoredRecord> stored(TransactionId transaction) throws RefusedException {
        try {
            Optional<Long> sequence = stores.table().sequenceOf(transaction);
            if (sequence.isEmpty()) {
                return Optional.empty();
            }
            StoredRecord stored = stores.table().record(sequence.get());
            if (!stored.record().transaction().equals(transaction)) {
                throw new RefusedException(RegisterCode.RECORD_BROKEN, "index of transactions at " + transaction);
            }
            return Optional.of(stored);
        } catch (StoreException e) {
            throw refused(e);
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
    }

    /** Never before the last record; a clock far back is a case for people, not for records (rule V8). */
    private Instant time() throws RefusedException {
        Instant now = clock.instant();
        Instant last = stores.last().map(stored -> stored.record().time()).orElse(now);
        if (now.isBefore(last.minus(setting.clockBackTolerance()))) {
            throw new RefusedException(RegisterCode.CLOCK_BACK, now + " is before the last record, " + last);
        }
        return now.isBefore(last) ? last : now;
    }

    @Override
    public synchronized Registers registers() throws RefusedException {
        open();
        return present();
    }

    /** Rule V2, after every read. */
    private Registers present() throws RefusedException {
        Registers registers = stores.last()
                .map(stored -> stored.record().after())
                .orElseGet(() -> RegisterState.initial(setting.currency()));
        long sum = 0;
        for (TransitItem item : transit.values()) {
            sum = sum + item.amountMils() + item.feeMils();
        }
        if (!registers.balanced() || sum != registers.inTransit()) {
            throw new RefusedException(RegisterCode.IDENTITY_BROKEN, "at record " + registers.sequence());
        }
        return registers;
    }

    @Override
    public synchronized List<RegisterRecord> log(long fromSequence, int max) throws RefusedException {
        open();
        long from = Math.max(1, fromSequence);
        long wanted = Math.min(Math.max(1, max), LOG_MAX);
        List<RegisterRecord> records = new ArrayList<>();
        try {
            stores.table().walk(from, from > Long.MAX_VALUE - wanted ? Long.MAX_VALUE : from + wanted - 1, s -> records.add(s.record()));
        } catch (StoreException e) {
            throw refused(e);
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
        return records;
    }

    @Override
    public synchronized Optional<RegisterRecord> find(TransactionId transaction) throws RefusedException {
        open();
        return stored(transaction).map(StoredRecord::record);
    }

    @Override
    public synchronized List<TransitItem> inTransit() throws RefusedException {
        open();
        present();
        return List.copyOf(transit.values());
    }

    /** In batches, so that franking goes on beside it. */
    @Override
    public long verify() throws RefusedException {
        Verification verification = begin();
        boolean more = true;
        while (more) {
            more = step(verification);
        }
        return verification.records();
    }

    @Override
    public long verify(VerifyProgress progress) throws RefusedException {
        long records = verify();
        progress.at(records, records);
        return records;
    }

    @Override
    public synchronized RegisterRecord rollKey(TransactionId transaction) throws RefusedException, UncertainException {
        open();
        Optional<StoredRecord> found = stored(transaction);
        if (found.isPresent()) {
            if (!found.get().keyRolled()) {
                throw new RefusedException(RegisterCode.ID_TAKEN, transaction + " is record " + found.get().sequence());
            }
            return found.get().record();
        }
        Instant at = time();
        RegisterState.keyRolled(present(), 0);
        return write(transaction, StoredRecord.KEY_ROLLED, RegisterState.keyRolled(present(), seal.rollOver()), at);
    }

    @Override
    public synchronized VaultHealth health() {
        long free = 0;
        try {
            free = setting.disk().usableSpace(setting.folder());
        } catch (IOException e) {
            LOG.warn("free space: {}", e.toString());
        }
        return new VaultHealth(
                locked != null ? "locked" : stores == null ? "closed" : "open",
                locked == null ? "" : locked.code().code() + " " + locked.getMessage(),
                stores == null ? 0 : stores.last().map(StoredRecord::sequence).orElse(0L),
                0,
                free,
                0,
                0,
                0,
                0,
                0,
                0,
                new VaultHealth.SyncTimes(0, 0, 0, 0),
                new VaultHealth.SyncTimes(0, 0, 0, 0));
    }

    @Override
    public List<CaseFile> cases() throws RefusedException {
        try {
            return Papers.read(setting.disk(), setting.folder());
        } catch (IOException e) {
            throw new RefusedException(RegisterCode.STORE_FAILED, "case files: " + e.getMessage(), e);
        }
    }

    private synchronized Verification begin() throws RefusedException {
        open();
        present();
        return new Verification(stores, genesis);
    }

    private synchronized boolean step(Verification verification) throws RefusedException {
        open();
        try {
            return verification.step(stores, VERIFY_BATCH);
        } catch (StoreException e) {
            throw refused(e);
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
    }

    /** Opens and compares the stores when they are not open, that is at the first call and after every fault. */
    private void open() throws RefusedException {
        if (closed) {
            throw new RefusedException(RegisterCode.CLOSED);
        }
        if (locked != null) {
            throw new RefusedException(locked.code(), locked.getMessage(), locked);
        }
        if (stores != null) {
            return;
        }
        Stores opened = null;
        boolean good = false;
        try {
            opened = new Stores(setting.folder(), setting.disk(), codec, seal, windows, genesis);
            transit.clear();
            for (StoredRecord stored : opened.table().transit()) {
                transit.put(stored.record().transaction(), stored.transitItem());
            }
            stores = opened;
            present();
            good = true;
        } catch (StoreException e) {
            if (e.code() == RegisterCode.STORES_DISAGREE) {
                locked = e;
            }
            throw new RefusedException(e.code(), e.getMessage(), e);
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        } finally {
            if (!good) {
                stores = null;
                if (opened != null) {
                    opened.close();
                }
            }
        }
    }

    private void inTransit(StoredRecord stored) {
        stored.related().ifPresent(transit::remove);
        if (stored.record().kind().equals(StoredRecord.TRANSFER_OUT)) {
            transit.put(stored.record().transaction(), stored.transitItem());
        }
    }

    private RefusedException refused(StoreException e) {
        fault("reading");
        return new RefusedException(e.code(), e.getMessage(), e);
    }

    private void fault(String at) {
        LOG.error("{} vault closes at {} and opens again from its stores", RegisterCode.STORE_FAILED.code(), at);
        Stores failed = stores;
        stores = null;
        failed.close();
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (stores != null) {
            stores.close();
            stores = null;
        }
    }
}
