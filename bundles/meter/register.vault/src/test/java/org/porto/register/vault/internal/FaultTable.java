// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.porto.model.api.PortoException;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.vault.internal.FaultDisk.Effect;
import org.porto.register.vault.internal.FaultDisk.Op;
import org.porto.register.vault.internal.FaultDisk.Step;

/**
 * What every fault of a medium does to every kind of file (rule V8). Whatever happens: no acknowledged record is lost, no register is
 * ever other than the model's, and when the fault is gone the vault works or is locked with a case.
 */
final class FaultTable {

    /** What a medium does. */
    enum Fault {
        WRITE_FAILS("write fails"),
        WRITE_FAILS_HALFWAY("write fails halfway"),
        WRITE_SHORT("short write"),
        WRITE_LOST("write lost silently"),
        WRITE_TORN("torn write, power cut"),
        REORDERED("reordered, power cut"),
        MISDIRECTED("misdirected write"),
        FLIP_AT_REST("bit flip at rest"),
        FLIP_RUNNING("bit flip while running"),
        SYNC_FAILS("sync fails, then lies"),
        SYNC_LIES("sync lies, power cut"),
        FULL("disk full"),
        READ_ONLY("read-only remount"),
        SLOW("slow past the deadline"),
        UNREADABLE("read fails"),
        GONE("file gone"),
        OLD("older file back"),
        CLOCK_BACK("clock going back");

        final String words;

        Fault(String words) {
            this.words = words;
        }
    }

    private static final int ACTS_MAX = 120;

    private final CrashPoints.Ground ground;
    private final FaultDisk older;
    private final int flips;

    /** @param older the ground's disk some records earlier */
    FaultTable(CrashPoints.Ground ground, FaultDisk older, int flips) {
        this.flips = flips;
        this.ground = ground;
        this.older = older;
    }

    /** One cell: fault at a file of this kind. @return in words what the vault did, "-" when the fault cannot meet this kind */
    String cell(ProofBench.Kind kind, Fault fault) throws Exception {
        Cell cell = new Cell(kind, fault);
        boolean met =
                switch (fault) {
                    case WRITE_FAILS -> cell.onWrite(Effect.FAILS, 1);
                    case WRITE_FAILS_HALFWAY -> cell.onWrite(Effect.FAILS_HALFWAY, 1);
                    case WRITE_SHORT -> cell.onWrite(Effect.SHORT, 1);
                    case WRITE_LOST -> cell.onWrite(Effect.LOST, 1);
                    case MISDIRECTED -> cell.onWrite(Effect.MISDIRECTED, 1);
                    case FULL -> cell.onWrite(Effect.FULL, Long.MAX_VALUE);
                    case READ_ONLY -> cell.on(Effect.READ_ONLY, Long.MAX_VALUE, step -> step.op() != Op.FORCE && step.op() != Op.SYNC_FOLDER);
                    case SYNC_FAILS -> cell.on(Effect.SYNC_DROPS, 1, step -> step.op() == Op.FORCE);
                    case SYNC_LIES -> cell.lies();
                    case SLOW -> cell.slow();
                    case WRITE_TORN, REORDERED -> cell.cut(fault == Fault.WRITE_TORN);
                    case FLIP_AT_REST -> cell.flips(false);
                    case FLIP_RUNNING -> cell.flips(true);
                    case UNREADABLE -> cell.unreadable();
                    case GONE -> cell.atRest(disk -> disk.lose(kind.in(disk)));
                    case OLD -> cell.old();
                    case CLOCK_BACK -> cell.clockBack();
                };
        return met ? String.join(", ", cell.seen) : "-";
    }

    /** The whole table in Markdown, for docs/vault.md. */
    static String markdown(java.util.function.BiFunction<ProofBench.Kind, Fault, String> cells) {
        StringBuilder text = new StringBuilder("| fault |");
        for (ProofBench.Kind kind : ProofBench.Kind.values()) {
            text.append(' ').append(kind).append(" |");
        }
        text.append("\n|---|").append("---|".repeat(ProofBench.Kind.values().length)).append('\n');
        for (Fault fault : Fault.values()) {
            text.append("| ").append(fault.words).append(" |");
            for (ProofBench.Kind kind : ProofBench.Kind.values()) {
                text.append(' ').append(cells.apply(kind, fault)).append(" |");
            }
            text.append('\n');
        }
        return text.toString();
    }

    private interface Damage {
        void to(FaultDisk disk);
    }

    /** One cell's vault, with its model. */
    private final class Cell {
        private final ProofBench.Kind kind;
        private final String name;
        private final Set<String> seen = new TreeSet<>();
        private FaultDisk disk;
        private Bench bench;
        private Vault vault;
        private PureModel model = ground.model();
        private final List<Act> acts = new ArrayList<>(ground.acts());
        private long number = 1_000_000;
        private boolean stopped;
        private boolean locked;
        private int repairsBefore;

        Cell(ProofBench.Kind kind, Fault fault) throws Exception {
            this.kind = kind;
            this.name = kind + ", " + fault.words;
            fresh();
            repairsBefore = repairs();
        }

        /** Papers are written by an opening that locks or repairs, everything else by a vault that is open. */
        private void begin() throws Exception {
            if (!paper()) {
                opened();
            }
        }

        private boolean paper() {
            return kind == ProofBench.Kind.CASE || kind == ProofBench.Kind.REPAIR;
        }

        private boolean here(Step step) {
            return kind.is(step.file());
        }

        private boolean onWrite(Effect effect, long times) throws Exception {
            return on(effect, times, step -> step.op() == Op.WRITE);
        }

        /** The vault works until the fault has happened, and a little longer. */
        private boolean on(Effect effect, long times, Predicate<Step> where) throws Exception {
            begin();
            disk.inject(effect, times, step -> here(step) && where.test(step));
            if (!meet(() -> disk.fired() > 0)) {
                return false;
            }
            drive(3);
            end();
            return true;
        }

        private boolean slow() throws Exception {
            begin();
            boolean[] met = {false};
            disk.observer = step -> {
                if (!met[0] && here(step) && (step.op() == Op.WRITE || step.op() == Op.FORCE)) {
                    met[0] = true;
                    bench.nanos += 3_600_000_000_000L;
                }
            };
            if (!meet(() -> met[0])) {
                return false;
            }
            drive(3);
            end();
            return true;
        }

        /** While the file is written the clock goes back: an hour, which is tolerated, then two days, which are not. */
        private boolean clockBack() throws Exception {
            begin();
            Instant before = bench.now;
            boolean[] met = {false};
            disk.observer = step -> {
                if (!met[0] && here(step) && step.op() == Op.WRITE) {
                    met[0] = true;
                    bench.now = before.minus(Duration.ofHours(1));
                }
            };
            if (!meet(() -> met[0])) {
                return false;
            }
            drive(2);
            assertTrue(name + ": an hour back stops it", !stopped);
            bench.now = before.minus(Duration.ofDays(2));
            drive(1);
            assertTrue(name + ": two days back do not stop it", stopped || locked);
            bench.now = before;
            if (!locked) {
                inOrder();
            }
            end();
            return true;
        }

        /** No record is older than the one in front of it. */
        private void inOrder() throws PortoException {
            Instant last = Instant.MIN;
            for (RegisterRecord record : vault.log(1, 10_000)) {
                assertTrue(name + ": " + record, !record.time().isBefore(last));
                last = record.time();
            }
        }

        private boolean lies() throws Exception {
            begin();
            disk.inject(Effect.SYNC_LIES, Long.MAX_VALUE, step -> here(step) && step.op() == Op.FORCE);
            if (!meet(() -> disk.fired() > 0)) {
                return false;
            }
            drive(1);
            restart(disk.crashPoint().least());
            end();
            return true;
        }

        /** The power goes at the first write to a file of this kind. */
        private boolean cut(boolean torn) throws Exception {
            begin();
            List<CrashPoint> points = new ArrayList<>();
            List<PureModel> models = new ArrayList<>();
            disk.probe = point -> {
                if (points.isEmpty() && here(point.step()) && point.step().op() == (torn ? Op.WRITE : Op.FORCE)) {
                    points.add(point);
                    models.add(model);
                }
            };
            if (!meet(() -> !points.isEmpty())) {
                return false;
            }
            vault.close();
            PureModel all = model;
            points.get(0).worlds(CrashPoint.Depth.QUICK, 1, (label, world) -> {
                restart(world);
                model = all;
                repairsBefore = repairs();
                locked = false;
                long found = opened() ? Judge.agrees(name + ", " + label, vault, model) : model.count();
                assertTrue(name + ", " + label, found >= models.get(0).count());
                model = new PureModel(model, found);
                end();
            });
            return true;
        }

        private boolean flips(boolean running) throws Exception {
            opened();
            if (disk.files().stream().noneMatch(kind::is)) {
                return false;
            }
            Random random = new Random(kind.ordinal());
            long used = used(disk.bytes(kind.in(disk)));
            for (int i = 0; i < flips; i++) {
                long bit = (used * 8 / flips) * i + random.nextInt((int) Math.max(1, used * 8 / flips));
                fresh();
                if (running) {
                    opened();
                }
                if (disk.files().stream().anyMatch(kind::is)) { // the next segment is made anew by opening
                    disk.flip(kind.in(disk), bit % (disk.length(kind.in(disk)) * 8));
                }
                settle();
            }
            return true;
        }

        /** Without the zeros at the end, which are nothing. */
        private static long used(byte[] bytes) {
            int end = bytes.length;
            while (end > 1 && bytes[end - 1] == 0) {
                end--;
            }
            return end;
        }

        private boolean unreadable() throws Exception {
            if (ground.disk().files().stream().noneMatch(kind::is)) {
                return false;
            }
            disk.unreadable = kind::is;
            opened();
            drive(1);
            verify();
            end();
            return true;
        }

        private boolean atRest(Damage damage) throws Exception {
            if (ground.disk().files().stream().noneMatch(kind::is)) {
                return false;
            }
            damage.to(disk);
            settle();
            return true;
        }

        private boolean old() throws Exception {
            if (ground.disk().files().stream().noneMatch(kind::is) || older.files().stream().noneMatch(kind::is)) {
                return false;
            }
            String file = kind.in(older);
            byte[] bytes = older.bytes(file);
            if (!disk.exists(file) || Arrays.equals(bytes, disk.bytes(file))) {
                return false;
            }
            disk.cut(file, 0);
            disk.overwrite(file, 0, bytes);
            settle();
            return true;
        }

        /** Journal and table of two lives that parted at their last record. */
        private FaultDisk diverged() throws Exception {
            FaultDisk one = lived(1);
            FaultDisk other = lived(2);
            String table = ProofBench.Kind.TABLE.in(one);
            byte[] bytes = other.bytes(table);
            one.cut(table, 0);
            one.overwrite(table, 0, bytes);
            return one;
        }

        private FaultDisk lived(int which) throws Exception {
            FaultDisk own = ground.disk().copy();
            try (Vault living = ground.bench(own).vault()) {
                living.post(Bench.id(5_000_000 + which), new RegisterOperation.Frank(10 + which, "parted"));
            }
            return own.copy();
        }

        // --- what a vault does then

        private void fresh() throws Exception {
            if (vault != null) {
                vault.close();
            }
            disk = kind == ProofBench.Kind.CASE ? diverged() : ground.disk().copy();
            if (kind == ProofBench.Kind.REPAIR) {
                disk.lose(ProofBench.Kind.TABLE.in(disk));
            }
            bench = ground.bench(disk);
            vault = bench.vault();
            model = ground.model();
            locked = false;
            stopped = false;
        }

        private void restart(FaultDisk on) {
            vault.close();
            disk = on;
            TestKeys keys = bench.keys;
            bench = CrashPoints.bench(disk, keys);
            vault = bench.vault();
            stopped = false;
        }

        private int repairs() {
            return (int) disk.files().stream().filter(f -> ProofBench.Kind.REPAIR.is(f) || f.contains(".damaged-")).count();
        }

        private boolean opened() throws Exception {
            return call(() -> vault.registers());
        }

        private interface Call {
            void run() throws PortoException;
        }

        /** @return whether it was answered; else notes the code */
        private boolean call(Call call) {
            try {
                call.run();
                return true;
            } catch (PortoException e) {
                if (e.code().equals("REG-012")) {
                    locked = true;
                }
                seen.add(e.code().equals("REG-012") ? "locks" : e.code());
                return false;
            }
        }

        private boolean meet(java.util.function.BooleanSupplier met) throws Exception {
            if (paper()) {
                opened();
            }
            for (int i = 0; i < ACTS_MAX && !paper() && !met.getAsBoolean() && !locked; i++) {
                drive(1);
            }
            if (!met.getAsBoolean()) {
                vault.close();
                vault = bench.vault();
                opened();
            }
            return met.getAsBoolean();
        }

        /** Posts so many, each until it is answered, at most three times. */
        private void drive(int count) throws Exception {
            for (int i = 0; i < count && !locked && !stopped; i++) {
                Act act = act();
                boolean answered = false;
                for (int attempt = 0; attempt < 3 && !answered && !locked; attempt++) {
                    answered = call(() -> act.on(vault));
                }
                if (!answered) {
                    acts.add(act);
                    stopped = true; // it may be in or not
                    return;
                }
                acts.add(act);
                PureModel more = new PureModel(model, model.count());
                assertEquals(name, "", act.on(more, bench.now));
                model = more;
            }
        }

        private Act act() {
            number++;
            if (model.now().descending() < 1_000) {
                return Act.of(number, new RegisterOperation.Refill(50_000, number));
            }
            return Act.of(number, new RegisterOperation.Frank(10 + number % 7, "letter"));
        }

        private void verify() {
            call(() -> vault.verify());
        }

        private void settle() throws Exception {
            opened();
            drive(2);
            verify();
            end();
        }

        /** The fault is gone: the vault works or is locked, and nothing acknowledged is lost, also not to a power cut. */
        private void end() throws Exception {
            disk.heal();
            if (stopped && !locked) {
                stopped = false;
                caughtUp();
            }
            if (!locked) {
                drive(2);
                verify();
            }
            vault.close();
            vault = bench.vault();
            opened();
            check();
            restart(disk.crashPoint().least());
            opened();
            check();
            if (!locked && repairs() > repairsBefore) {
                seen.add("repairs");
            }
            if (seen.isEmpty()) {
                seen.add("survives");
            }
        }

        /** The last act got no answer. */
        private void caughtUp() throws Exception {
            if (opened() && vault.registers().sequence() > model.count()) {
                PureModel more = new PureModel(model, model.count());
                assertEquals(name, "", acts.get(acts.size() - 1).on(more, bench.now));
                model = more;
            }
        }

        private void check() throws Exception {
            if (locked) {
                assertTrue(name + ": a lock without a case", vault.cases().stream().anyMatch(c -> c.locks()));
                return;
            }
            try {
                assertEquals(name, model.count(), Judge.agrees(name, vault, model));
            } catch (PortoException e) {
                assertEquals(name + ": " + e, "REG-018", e.code());
                seen.add(e.code());
                assertEquals(name, model.now(), vault.registers());
            }
        }
    }
}
