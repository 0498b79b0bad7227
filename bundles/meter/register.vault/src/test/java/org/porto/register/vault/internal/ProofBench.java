// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import org.porto.model.api.PortoException;
import org.porto.register.api.RegisterOperation;

/** Benches on a {@link FaultDisk}, and the lives that the proofs look at. */
final class ProofBench {

    static final Path FOLDER = Path.of("/data/vault");
    static final String CARD = "0000000000000001";
    /** More calls than two segments take. */
    private static final int WAITING = 40;

    /** What the files of a vault are for, by their names. */
    enum Kind {
        JOURNAL("registers\\.journal|journal-\\d+"),
        JOURNAL_NEXT("journal-(next|making)"),
        TABLE("registers\\.table(\\.new)?"),
        ARCHIVED_JOURNAL("\\d+\\.journal(\\.new)?"),
        ARCHIVED_TABLE("\\d+\\.table(\\.new)?"),
        IDS("ids.*"),
        CASE("case-\\d+"),
        REPAIR("repair-\\d+");

        private final Pattern names;

        Kind(String names) {
            this.names = Pattern.compile(names);
        }

        boolean is(String file) {
            return names.matcher(file.substring(file.lastIndexOf('/') + 1)).matches();
        }

        /** The last file of this kind. */
        String in(FaultDisk disk) {
            List<String> found = disk.files().stream().filter(this::is).toList();
            if (found.isEmpty()) {
                throw new IllegalStateException("no file of kind " + this);
            }
            return found.get(found.size() - 1);
        }

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT).replace('_', ' ');
        }
    }

    private ProofBench() {}

    static Bench on(FaultDisk disk, TestKeys keys) {
        Bench bench = new Bench(FOLDER, keys);
        bench.disk = disk;
        bench.segmentBytes = 8192;
        return bench;
    }

    /** On a real disk. */
    static Bench real(Path folder, TestKeys keys) {
        return new Bench(folder, keys);
    }

    /** A disk with the folder above the vault's. */
    static FaultDisk empty() throws java.io.IOException {
        FaultDisk disk = new FaultDisk();
        disk.createFolder(FOLDER.getParent());
        return disk.copy();
    }

    /** Closed, at rest, after these acts. */
    static CrashPoints.Ground after(List<Act> acts) throws Exception {
        FaultDisk disk = empty();
        Bench bench = on(disk, new TestKeys());
        PureModel model = new PureModel();
        try (Vault vault = bench.vault()) {
            for (Act act : acts) {
                act.on(vault);
                String code = act.on(model, bench.now);
                if (!code.isEmpty()) {
                    throw new AssertionError(act + " " + code);
                }
            }
        }
        return new CrashPoints.Ground(disk.copy(), bench.keys, model, List.copyOf(acts));
    }

    /** What a call finds on its disk. */
    record Before(String name, CrashPoints.Ground ground, Act act) {}

    /**
     * Of a life of so many calls the first for each way in which a call uses the disk: with them the next segment is made, the live one
     * rolls over, the full one is archived, indexes of ids are written and merged.
     */
    static List<Before> rollOvers(int count) throws Exception {
        List<Act> acts = new ArrayList<>(life().subList(0, 6));
        for (int i = 0; i < count; i++) {
            acts.add(mixed(100 + i));
        }
        return ways("record ", new CrashPoints.Ground(empty(), new TestKeys(), new PureModel(), List.of()), acts);
    }

    /** Such calls from there on. */
    private static List<Before> ways(String name, CrashPoints.Ground start, List<Act> acts) throws Exception {
        FaultDisk disk = start.disk().copy();
        Bench bench = start.bench(disk);
        PureModel model = new PureModel(start.model(), start.model().count());
        List<Act> done = new ArrayList<>(start.acts());
        List<Before> found = new ArrayList<>();
        Set<String> ways = new HashSet<>();
        StringBuilder way = new StringBuilder();
        Set<String> names = new LinkedHashSet<>();
        disk.observer = step -> {
            way.append(step.op()).append(step.name().replaceAll("\\d+", "#")).append(' ');
            names.add(step.name().replaceAll("\\d+", "n"));
        };
        try (Vault vault = bench.vault()) {
            vault.registers();
            for (Act act : acts) {
                CrashPoints.Ground before = new CrashPoints.Ground(
                        disk.copy(), bench.keys.copy(), new PureModel(model, model.count()), List.copyOf(done));
                way.setLength(0);
                names.clear();
                act.on(vault);
                act.on(model, bench.now);
                done.add(act);
                if (ways.add(way.toString())) {
                    names.removeAll(List.of("journal-n", "registers.table", "vault"));
                    found.add(new Before(name + done.size() + (names.isEmpty() ? "" : ": " + String.join(" ", names)), before, act));
                }
            }
        }
        return found;
    }

    /** A full segment that is not archived, for want of room, in front of one that is full too, or has just begun. */
    static CrashPoints.Ground waiting(boolean full) throws Exception {
        FaultDisk disk = empty();
        disk.inject(FaultDisk.Effect.FULL, Long.MAX_VALUE, step -> Kind.ARCHIVED_TABLE.is(step.file()));
        Bench bench = on(disk, new TestKeys());
        PureModel model = new PureModel();
        List<Act> acts = new ArrayList<>(life().subList(0, 6));
        for (int i = 0; i < WAITING; i++) {
            acts.add(mixed(100 + i));
        }
        try (Vault vault = bench.vault()) {
            for (Act act : acts) {
                if (!full && disk.files().stream().filter(Kind.JOURNAL::is).count() == 2) {
                    break;
                }
                act.on(vault);
                act.on(model, bench.now);
            }
        } catch (PortoException e) {
            if (!full || !e.code().equals("REG-011")) {
                throw e;
            }
        }
        disk.heal();
        return new CrashPoints.Ground(disk.copy(), bench.keys, model, List.copyOf(acts.subList(0, (int) model.count())));
    }

    /** What the first calls do that find it so. */
    static List<Before> waits(boolean full) throws Exception {
        CrashPoints.Ground ground = waiting(full);
        List<Act> next = new ArrayList<>();
        for (long i = 0; i < 12; i++) {
            next.add(mixed(94 + ground.model().count() + i));
        }
        return ways(full ? "two full, record " : "one waits, record ", ground, next);
    }

    /** Long enough a life that every kind of file is there, and the same some records earlier. @param flips bits of each file */
    static FaultTable faultTable(int flips) throws Exception {
        List<Act> acts = new ArrayList<>(life().subList(0, 13));
        for (int i = 0; i < 30; i++) {
            acts.add(Act.of(100 + i, new RegisterOperation.Frank(10 + i, "letter")));
        }
        return new FaultTable(after(acts), after(acts.subList(0, acts.size() - 5)).disk(), flips);
    }

    /** Something that always works on a running meter with funds, and differs from number to number. */
    static Act mixed(long number) {
        return Act.of(number, switch ((int) (number % 4)) {
            case 0 -> new RegisterOperation.Refill(50 + number % 50, number);
            case 1 -> new RegisterOperation.TransferOut(5 + number % 11, number % 2, CARD);
            case 2 -> new RegisterOperation.FrankByCard(20 + number % 13, "letter", CARD);
            default -> new RegisterOperation.Frank(10 + number % 7, "letter");
        });
    }

    /** Every kind of operation at least once, each following from the ones in front. */
    static List<Act> life() {
        List<RegisterOperation> life = new ArrayList<>(Bench.running());
        life.add(new RegisterOperation.Frank(900, "letter"));
        life.add(new RegisterOperation.FrankByCard(1_500, "parcel", CARD));
        life.add(new RegisterOperation.TransferOut(5_000, 50, CARD));
        life.add(new RegisterOperation.TransferDone(Bench.id(6)));
        life.add(null);
        life.add(new RegisterOperation.TransferOut(4_000, 0, CARD));
        life.add(new RegisterOperation.Lock("test"));
        life.add(new RegisterOperation.TransferUndone(Bench.id(9)));
        life.add(new RegisterOperation.Inspected(Bench.START.plusSeconds(86_400)));
        life.add(new RegisterOperation.Unlock());
        life.add(new RegisterOperation.Frank(0, "zero"));
        life.add(new RegisterOperation.Withdraw());
        List<Act> acts = new ArrayList<>();
        for (int i = 0; i < life.size(); i++) {
            acts.add(new Act(Bench.id(i + 1), life.get(i)));
        }
        return acts;
    }
}
