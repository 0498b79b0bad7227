// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.ThreadPoolExecutor;
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

/** The vault (rules V1-V9), plain Java: what its callers see of it. */
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

    private final Setting setting;
    private final InstantSource clock;
    private final Counters counters = new Counters();
    private final Papers papers;
    private final Ledger ledger;
    private final GroupCommit commits;

    /** Of the watchdog's thread. */
    private Inspection.Phase reminded = Inspection.Phase.NOT_BEGUN;

    Vault(Setting setting, Seal seal, InstantSource clock, WriteWindows windows) {
        this(setting, seal, clock, windows, Optional.empty());
    }

    /** @param upkeep does maintenance; without one, a thread of the vault's own beside the batches */
    Vault(Setting setting, Seal seal, InstantSource clock, WriteWindows windows, Optional<Executor> upkeep) {
        this.setting = setting;
        this.clock = clock;
        papers = new Papers(setting.disk(), setting.folder(), clock);
        ThreadPoolExecutor others = GroupCommit.threads();
        ledger = new Ledger(setting, seal, clock, windows, papers, counters, others, upkeep.orElse(others));
        commits = new GroupCommit(setting, ledger, windows, others);
    }

    @Override
    public RegisterRecord post(TransactionId transaction, RegisterOperation operation)
            throws RefusedException, UncertainException {
        return commits.run(new Request(Objects.requireNonNull(transaction), Optional.of(Objects.requireNonNull(operation))));
    }

    @Override
    public RegisterRecord rollKey(TransactionId transaction) throws RefusedException, UncertainException {
        return commits.run(new Request(Objects.requireNonNull(transaction), Optional.empty()));
    }

    /** The last durable state; waits for no write that is under way. */
    private Ledger.View view() throws RefusedException {
        commits.usable();
        Optional<Ledger.View> now = ledger.view();
        if (now.isPresent()) {
            return Ledger.check(now.get());
        }
        return commits.use(opened -> {
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
        return commits.use(opened -> opened.find(transaction)).map(StoredRecord::record);
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
            List<StoredRecord> found = commits.use(opened -> opened.log(next, rest));
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
                Optional<Verification.Archived> archived = commits.use(opened -> opened.verifyNext(verification));
                if (archived.isPresent()) {
                    verification.archived(archived.get(), repair -> commits.use(opened -> opened.restore(repair)));
                } else {
                    verification.checkTaken();
                }
                progress.at(verification.records(), until);
            }
            if (!verification.whole(commits.use(Ledger::ids))) {
                commits.use(Ledger::verifyIds); // again under the lock, and made anew where wrong
            }
            return verification.records();
        }
    }

    @Override
    public Inspection inspection() throws RefusedException {
        return setting.inspection().at(clock.instant(), registers().inspectionDeadline());
    }

    /** What the watchdog does now and then. */
    void watch() {
        remind();
        commits.watch();
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
        String state = locked ? "locked" : now.isPresent() && !commits.hung() && !commits.closed() ? "open" : "closed";
        String detail = commits.closed() ? RegisterCode.CLOSED.code() + " " + RegisterCode.CLOSED.meaning() : ledger.trouble();
        if (commits.hung()) {
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
        commits.close();
    }
}
