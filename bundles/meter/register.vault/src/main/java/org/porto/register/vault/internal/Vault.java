// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Currency;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.register.api.CaseFile;
import org.porto.register.api.Inspection;
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
 * The vault (rules V1-V9), plain Java. Callers that come while a batch is written wait in a queue; one of them then leads the
 * next batch, which takes all that wait. Nobody returns before his own record is durable in both stores.
 */
final class Vault implements RegisterVault, VaultService, AutoCloseable {

    /** What does not change while the vault runs. */
    record Setting(
            Path folder,
            Disk disk,
            DeviceId serial,
            Currency currency,
            Duration window,
            Duration clockBackTolerance,
            long segmentBytes,
            int batchMax,
            InspectionProfile inspection) {

        static final long SEGMENT_BYTES = 16L << 20;
        static final int BATCH_MAX = 256;

        Setting(Path folder, Disk disk, DeviceId serial, Currency currency, Duration window, Duration clockBackTolerance) {
            this(folder, disk, serial, currency, window, clockBackTolerance, SEGMENT_BYTES, BATCH_MAX);
        }

        Setting(
                Path folder,
                Disk disk,
                DeviceId serial,
                Currency currency,
                Duration window,
                Duration clockBackTolerance,
                long segmentBytes,
                int batchMax) {
            this(
                    folder, disk, serial, currency, window, clockBackTolerance, segmentBytes, batchMax, InspectionProfile.HOST);
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(Vault.class);
    private static final int LOG_MAX = 10_000;
    private static final long LOOK_MILLIS = 20;
    private static final long IDLE_MILLIS = 1000;
    /** One that leads, and one that works beside it. */
    private static final int THREADS = 2;
    /** Archiving and the next segment are twice a segment's bytes, each to be done while half a segment is written. */
    private static final long MAINTAINED_PER_BYTE = 4;
    private static final long MAINTAINED_MIN = 64 * 1024;
    private static final long MAINTAINED_PER_SEGMENT = 16;

    private final Setting setting;
    private final InstantSource clock;
    private final WriteWindows windows;
    private final Counters counters = new Counters();
    private final Papers papers;
    private final Ledger ledger;

    /** Threads that are there while there is work. */
    private final ThreadPoolExecutor others;

    /** Held by whoever uses the ledger. Fair: one that leads from batch to batch would keep all others out. */
    private final ReentrantLock work = new ReentrantLock(true);

    private final Deque<Request> queue = new ArrayDeque<>();
    private boolean leading;
    private volatile List<Request> inFlight = List.of();
    private volatile boolean closed;

    /** A window was held too long, and who holds it has not come back. */
    private volatile boolean hung;

    /** Of the watchdog's thread. */
    private Inspection.Phase reminded = Inspection.Phase.NOT_BEGUN;

    Vault(Setting setting, Seal seal, InstantSource clock, WriteWindows windows) {
        this.setting = setting;
        this.clock = clock;
        this.windows = windows;
        papers = new Papers(setting.disk(), setting.folder(), clock);
        others = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_MILLIS,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                Vault::thread,
                (task, executor) -> task.run()); // closed: whoever brings it does it
        others.allowCoreThreadTimeOut(true);
        ledger = new Ledger(setting, seal, clock, windows, papers, counters, others);
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "porto-vault");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public RegisterRecord post(TransactionId transaction, RegisterOperation operation)
            throws RefusedException, UncertainException {
        return run(new Request(Objects.requireNonNull(transaction), Optional.of(Objects.requireNonNull(operation))));
    }

    @Override
    public RegisterRecord rollKey(TransactionId transaction) throws RefusedException, UncertainException {
        return run(new Request(Objects.requireNonNull(transaction), Optional.empty()));
    }

    private RegisterRecord run(Request request) throws RefusedException, UncertainException {
        usable();
        boolean leads;
        synchronized (queue) {
            queue.add(request);
            leads = !leading;
            leading = true;
        }
        if (leads) {
            request.leads();
            try {
                lead();
            } finally {
                if (othersWait()) {
                    others.execute(this::leadOn);
                }
            }
        } else {
            request.await();
        }
        return request.answer();
    }

    /** For callers who are many: a thread of the vault's own leads from batch to batch, and none of them waits for a handing over. */
    private void leadOn() {
        boolean wait = true;
        try {
            while (wait) {
                lead();
                wait = othersWait();
            }
        } finally {
            if (wait && othersWait()) { // a batch was cut off
                others.execute(this::leadOn);
            }
        }
    }

    /** When nobody waits, nobody leads: the next one who comes does. */
    private boolean othersWait() {
        synchronized (queue) {
            leading = !queue.isEmpty();
            return leading;
        }
    }

    private void usable() throws RefusedException {
        if (closed) {
            throw new RefusedException(RegisterCode.CLOSED);
        }
        if (hung) {
            throw new RefusedException(RegisterCode.WINDOW_VIOLATED, "a write has not come back");
        }
    }

    /** One batch. Whatever happens, everybody taken is answered. */
    private void lead() {
        List<Request> taken = new ArrayList<>();
        boolean interrupted = Thread.interrupted(); // it would close the channel under the write
        work.lock();
        try {
            commit(taken);
        } finally {
            try {
                taken.forEach(request -> request.uncertain(RegisterCode.STORE_FAILED, "batch was cut off", null));
                inFlight = List.of();
            } finally {
                work.unlock();
                Request.wake(taken);
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }

    private void commit(List<Request> taken) {
        Ledger.Batch batch;
        try {
            usable();
            batch = ledger.batch();
        } catch (RefusedException e) {
            for (Request request = poll(); request != null && taken.size() < setting.batchMax(); request = poll()) {
                request.refuse(e);
                taken.add(request);
            }
            return;
        }
        while (taken.size() < setting.batchMax() && batch.hasRoom()) {
            Request request = poll();
            if (request == null) {
                break;
            }
            taken.add(request);
            batch.stage(request);
        }
        inFlight = List.copyOf(taken);
        batch.write();
        hung = false;
        if (batch.bytes() > 0 && ledger.maintenanceDue()) { // a refused call writes nothing at all
            Request.wake(taken);
            long least = Math.min(MAINTAINED_MIN, setting.segmentBytes() / MAINTAINED_PER_SEGMENT);
            ledger.maintain(Math.max(least, batch.bytes() * MAINTAINED_PER_BYTE));
        }
    }

    private Request poll() {
        synchronized (queue) {
            return queue.poll();
        }
    }

    /** What the watchdog does now and then: faults the vault when a window is held past its deadline (rule V5). */
    void watch() {
        remind();
        if (!windows.overdue()) {
            return;
        }
        if (!hung) {
            hung = true;
            LOG.error("{} a window is held past its deadline", RegisterCode.WINDOW_VIOLATED.code());
        }
        for (Request request : inFlight) {
            request.uncertain(RegisterCode.WINDOW_VIOLATED, "the write has not come back", null);
            request.wake();
        }
        if (work.tryLock()) {
            try {
                ledger.fault(RegisterCode.WINDOW_VIOLATED, "window held past its deadline");
                hung = false;
            } finally {
                work.unlock();
            }
            return;
        }
        RefusedException why = new RefusedException(RegisterCode.WINDOW_VIOLATED, "a write has not come back");
        for (Request request = poll(); request != null; request = poll()) {
            request.refuse(why);
            request.wake();
        }
    }

    /** Something that needs the ledger for itself. */
    private interface Use<T> {
        T of(Ledger ledger) throws RefusedException;
    }

    private <T> T use(Use<T> use) throws RefusedException {
        boolean interrupted = false;
        boolean held = false;
        try {
            while (!held) {
                usable();
                try {
                    held = work.tryLock(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            usable();
            return use.of(ledger);
        } finally {
            if (held) {
                work.unlock();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The last durable state; waits for no write that is under way. */
    private Ledger.View view() throws RefusedException {
        usable();
        Optional<Ledger.View> now = ledger.view();
        if (now.isPresent()) {
            return Ledger.check(now.get());
        }
        return use(opened -> {
            opened.open();
            return Ledger.check(opened.view().orElseThrow());
        });
    }

    @Override
    public Registers registers() throws RefusedException {
        return view().registers();
    }

    @Override
    public List<TransitItem> inTransit() throws RefusedException {
        return view().transit();
    }

    @Override
    public Optional<RegisterRecord> find(TransactionId transaction) throws RefusedException {
        Objects.requireNonNull(transaction);
        return use(opened -> opened.find(transaction)).map(StoredRecord::record);
    }

    @Override
    public List<RegisterRecord> log(long fromSequence, int max) throws RefusedException {
        long from = Math.max(1, fromSequence);
        int wanted = Math.min(Math.max(1, max), LOG_MAX);
        List<RegisterRecord> records = new ArrayList<>();
        boolean more = true;
        while (more && records.size() < wanted) {
            long next = from + records.size();
            int rest = wanted - records.size();
            List<StoredRecord> found = use(opened -> opened.log(next, rest));
            found.forEach(stored -> records.add(stored.record()));
            more = !found.isEmpty() && next < Long.MAX_VALUE - LOG_MAX;
        }
        return records;
    }

    @Override
    public long verify() throws RefusedException {
        return verify((record, of) -> {});
    }

    /** In pieces, so that franking goes on beside it; archived segments without holding anybody up. */
    @Override
    public long verify(VerifyProgress progress) throws RefusedException {
        long until = view().records();
        try (Verification verification = new Verification(ledger.codec(), ledger.genesis(), until)) {
            while (verification.records() < until) {
                Optional<Verification.Archived> archived = use(opened -> opened.verifyNext(verification));
                if (archived.isPresent()) {
                    verification.archived(archived.get(), repair -> use(opened -> opened.restore(repair)));
                } else {
                    verification.checkTaken();
                }
                progress.at(verification.records(), until);
            }
            if (!verification.whole(use(Ledger::ids))) {
                use(Ledger::verifyIds); // again under the lock, and made anew where wrong
            }
            return verification.records();
        }
    }

    @Override
    public Inspection inspection() throws RefusedException {
        return setting.inspection().at(clock.instant(), registers().inspectionDeadline());
    }

    /** Says once when a contact becomes due or overdue. */
    private void remind() {
        Optional<Ledger.View> now = ledger.view();
        if (now.isPresent()) {
            Inspection inspection =
                    setting.inspection().at(clock.instant(), now.get().registers().inspectionDeadline());
            if (inspection.phase() != reminded) {
                reminded = inspection.phase();
                if (reminded == Inspection.Phase.DUE || reminded == Inspection.Phase.OVERDUE) {
                    LOG.warn(
                            "{} contact with the data centre is {}, deadline {}",
                            RegisterCode.INSPECTION_OVERDUE.code(),
                            reminded,
                            inspection.deadline());
                }
            }
        }
    }

    @Override
    public VaultHealth health() {
        Optional<Ledger.View> now = ledger.view();
        boolean locked = ledger.locked().isPresent();
        String state = locked ? "locked" : now.isPresent() && !hung && !closed ? "open" : "closed";
        String detail = closed ? RegisterCode.CLOSED.code() + " " + RegisterCode.CLOSED.meaning() : ledger.trouble();
        if (hung) {
            detail = RegisterCode.WINDOW_VIOLATED.code() + " a write has not come back";
        }
        long free = 0;
        long live = 0;
        long archive = 0;
        try {
            if (setting.disk().exists(setting.folder())) {
                free = setting.disk().usableSpace(setting.folder());
                live = bytes(setting.folder());
                archive = bytes(setting.folder().resolve(Stores.ARCHIVE_FOLDER));
            }
        } catch (IOException e) {
            LOG.warn("{} health: {}", RegisterCode.STORE_FAILED.code(), e.toString());
        }
        return new VaultHealth(
                state,
                state.equals("open") ? "" : detail,
                now.map(Ledger.View::records).orElse(0L),
                now.map(Ledger.View::archivedRecords).orElse(0L),
                free,
                live,
                archive,
                counters.bytesWritten(),
                counters.batches(),
                counters.faults(),
                counters.repairs(),
                counters.journal.times(),
                counters.table.times());
    }

    private long bytes(Path folder) throws IOException {
        long sum = 0;
        if (setting.disk().exists(folder)) {
            for (Path file : setting.disk().list(folder)) {
                if (!file.getFileName().toString().equals(Stores.ARCHIVE_FOLDER)) {
                    sum += setting.disk().size(file);
                }
            }
        }
        return sum;
    }

    @Override
    public List<CaseFile> cases() throws RefusedException {
        try {
            return papers.read();
        } catch (IOException e) {
            throw new RefusedException(RegisterCode.STORE_FAILED, "case files: " + e.getMessage(), e);
        }
    }

    /** Waits for the batch that is under way. */
    @Override
    public void close() {
        closed = true;
        others.shutdown();
        boolean held = false;
        try {
            held = work.tryLock(setting.window().toNanos() * 2, TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!held && !work.tryLock()) {
            LOG.error("{} vault is stopped with a write that has not come back", RegisterCode.WINDOW_VIOLATED.code());
            return;
        }
        try {
            ledger.close();
        } finally {
            work.unlock();
        }
    }
}
