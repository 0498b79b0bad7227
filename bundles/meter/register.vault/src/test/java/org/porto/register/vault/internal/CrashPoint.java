// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;

/**
 * A moment at which the power may go: what is on the medium for sure, and what of the rest may be. Every choice of the rest is a
 * world in which the vault must open. {@code names} and everything in it are copies of their own.
 */
record CrashPoint(
        FaultDisk.Step step,
        Map<String, FaultDisk.Node> names,
        List<FaultDisk.Entry> entries,
        FaultDisk.Node node,
        FaultDisk.Change change,
        FaultDisk.Entry entry) {

    /** Takes the worlds. */
    interface Worlds {
        void world(String name, FaultDisk disk) throws Exception;
    }

    /**
     * How many worlds: every subset of that many unsynced writes; seeded choices of sectors; of a longer write only so many torn
     * places; each so-manieth step failing; of so many ways of repair the crash points within; so
     * many moments of a longer piece.
     */
    record Depth(int subsetsOf, int random, int tearsMax, int failingStride, int repairsMax, int momentsMax) {
        static final Depth QUICK = new Depth(1, 1, 2, 11, 2, 12);
        static final Depth FULL = new Depth(4, 4, Integer.MAX_VALUE, 1, 50, Integer.MAX_VALUE);
        static final Depth LONG = new Depth(6, 40, Integer.MAX_VALUE, 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
    }

    private record Ref(FaultDisk.Node node, int index) {}

    private record Piece(FaultDisk.Node node, FaultDisk.Change change) {}

    void worlds(Depth depth, long seed, Worlds to) throws Exception {
        List<Ref> refs = refs();
        List<BitSet> choices = choices(refs.size(), depth);
        BitSet none = new BitSet();
        BitSet all = all(refs.size());
        for (BitSet choice : choices) {
            to.world(step + ", unsynced " + choice + " of " + refs.size(), build(entries, refs, choice, List.of()));
        }
        if (!entries.isEmpty()) {
            for (List<FaultDisk.Entry> names : entryChoices()) {
                String label = step + ", names " + names.size() + " of " + entries.size();
                to.world(label + ", unsynced none", build(names, refs, none, List.of()));
                to.world(label + ", unsynced all", build(names, refs, all, List.of()));
            }
        }
        if (entry != null) {
            List<FaultDisk.Entry> with = new ArrayList<>(entries);
            with.add(entry);
            to.world(step + ", done, unsynced none", build(with, refs, none, List.of()));
            to.world(step + ", done, unsynced all", build(with, refs, all, List.of()));
        }
        if (change != null) {
            for (Tear tear : tears(depth)) {
                List<Piece> piece = List.of(new Piece(node, tear.change()));
                to.world(step + ", " + tear.name() + ", unsynced none", build(entries, refs, none, piece));
                to.world(step + ", " + tear.name() + ", unsynced all", build(entries, refs, all, piece));
            }
        }
        sectors(depth, seed, refs, to);
    }

    /** Of all worlds the one with the least in it. */
    FaultDisk least() {
        return build(List.of(), List.of(), new BitSet(), List.of());
    }

    /** One world, by chance: some names, some sectors. */
    FaultDisk any(Random random) {
        boolean[] wanted = new boolean[entries.size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = random.nextBoolean();
        }
        List<Piece> pieces = new ArrayList<>();
        for (Ref ref : refs()) {
            split(ref.node(), ref.node().pending.get(ref.index()), random, pieces);
        }
        return build(withGround(entries, e -> wanted[entries.indexOf(e)]), List.of(), new BitSet(), pieces);
    }

    /** The process ends before the step, or after it; the machine stays, so everything reads on and is not synced. */
    List<FaultDisk> killed() {
        List<FaultDisk> disks = new ArrayList<>();
        disks.add(FaultDisk.of(names, entries, null, null));
        if (change != null || entry != null) {
            List<FaultDisk.Entry> with = new ArrayList<>(entries);
            if (entry != null) {
                with.add(entry);
            }
            disks.add(FaultDisk.of(names, with, node, change));
        }
        return disks;
    }

    private List<Ref> refs() {
        List<Ref> refs = new ArrayList<>();
        java.util.Set<FaultDisk.Node> seen = java.util.Collections.newSetFromMap(new java.util.IdentityHashMap<>());
        seen.addAll(names.values());
        entries.forEach(e -> {
            if (e.node() != null) {
                seen.add(e.node());
            }
        });
        List<FaultDisk.Node> nodes = new ArrayList<>(names.values());
        entries.forEach(e -> {
            if (e.node() != null) {
                nodes.add(e.node());
            }
        });
        for (FaultDisk.Node n : nodes) {
            if (seen.remove(n)) {
                for (int i = 0; i < n.pending.size(); i++) {
                    refs.add(new Ref(n, i));
                }
            }
        }
        return refs;
    }

    private static BitSet all(int count) {
        BitSet all = new BitSet();
        all.set(0, count);
        return all;
    }

    private static List<BitSet> choices(int count, Depth depth) {
        List<BitSet> choices = new ArrayList<>();
        if (count <= depth.subsetsOf()) {
            for (long bits = 0; bits < 1L << count; bits++) {
                choices.add(BitSet.valueOf(new long[] {bits}));
            }
            return choices;
        }
        choices.add(new BitSet());
        choices.add(all(count));
        int step = Math.max(1, count / (depth.subsetsOf() * 8));
        for (int i = 0; i < count; i += step) {
            BitSet one = new BitSet();
            one.set(i);
            choices.add(one);
            BitSet other = all(count);
            other.clear(i);
            choices.add(other);
            choices.add(all(i));
        }
        return choices;
    }

    private List<List<FaultDisk.Entry>> entryChoices() {
        List<List<FaultDisk.Entry>> choices = new ArrayList<>();
        for (int i = 0; i < entries.size(); i++) {
            choices.add(entries.subList(0, i));
            FaultDisk.Entry one = entries.get(i);
            choices.add(withGround(entries, e -> e == one));
        }
        return choices;
    }

    /** The wanted changes of names and the earlier ones that they build on, in order. */
    static List<FaultDisk.Entry> withGround(List<FaultDisk.Entry> all, Predicate<FaultDisk.Entry> wanted) {
        List<FaultDisk.Entry> chosen = new ArrayList<>();
        for (int i = all.size() - 1; i >= 0; i--) {
            FaultDisk.Entry entry = all.get(i);
            if (wanted.test(entry) || chosen.stream().anyMatch(later -> later.touches(entry))) {
                chosen.add(0, entry);
            }
        }
        return chosen;
    }

    private record Tear(String name, FaultDisk.Change change) {}

    /** The write's first bytes up to each sector's end and to chosen bytes; its last sector alone; all of it. */
    private List<Tear> tears(Depth depth) {
        if (change.truncates()) {
            return List.of(new Tear("done", change));
        }
        int length = change.bytes().length;
        TreeSet<Integer> sectors = new TreeSet<>();
        for (long at = change.position() / Image.SECTOR * Image.SECTOR + Image.SECTOR; at < change.position() + length; at += Image.SECTOR) {
            sectors.add((int) (at - change.position()));
        }
        TreeSet<Integer> at = new TreeSet<>(List.of(1, 7, length / 2, length - 1));
        int stride = sectors.size() / depth.tearsMax() + 1;
        int number = 0;
        for (int sector : sectors) {
            if (number++ % stride == 0) {
                at.add(sector);
            }
        }
        List<Tear> tears = new ArrayList<>();
        for (int kept : at) {
            if (kept > 0 && kept < length) {
                byte[] first = Arrays.copyOf(change.bytes(), kept);
                tears.add(new Tear("torn at " + kept, new FaultDisk.Change(change.position(), first, false)));
            }
        }
        if (!sectors.isEmpty()) {
            byte[] rest = Arrays.copyOfRange(change.bytes(), sectors.last(), length);
            tears.add(new Tear("last sector only", new FaultDisk.Change(change.position() + sectors.last(), rest, false)));
            byte[] others = Arrays.copyOfRange(change.bytes(), sectors.first(), length);
            tears.add(new Tear("first sector missing", new FaultDisk.Change(change.position() + sectors.first(), others, false)));
        }
        tears.add(new Tear("done", change));
        return tears;
    }

    /** Any sectors of any unsynced writes, by the seed. */
    private void sectors(Depth depth, long seed, List<Ref> refs, Worlds to) throws Exception {
        if (refs.isEmpty() && (change == null || change.truncates())) {
            return;
        }
        Random random = new Random(seed * 1_000_003 + step.number());
        for (int i = 0; i < depth.random(); i++) {
            List<Piece> pieces = new ArrayList<>();
            for (Ref ref : refs) {
                split(ref.node(), ref.node().pending.get(ref.index()), random, pieces);
            }
            if (change != null) {
                split(node, change, random, pieces);
            }
            to.world(step + ", random sectors " + i + " of seed " + seed, build(entries, refs, new BitSet(), pieces));
        }
    }

    private static void split(FaultDisk.Node node, FaultDisk.Change change, Random random, List<Piece> pieces) {
        if (change.truncates()) {
            if (random.nextBoolean()) {
                pieces.add(new Piece(node, change));
            }
            return;
        }
        int from = 0;
        int length = change.bytes().length;
        while (from < length) {
            long next = ((change.position() + from) / Image.SECTOR + 1) * Image.SECTOR;
            int to = (int) Math.min(length, next - change.position());
            if (random.nextBoolean()) {
                pieces.add(new Piece(node, new FaultDisk.Change(change.position() + from, Arrays.copyOfRange(change.bytes(), from, to), false)));
            }
            from = to;
        }
    }

    private FaultDisk build(List<FaultDisk.Entry> chosen, List<Ref> refs, BitSet data, List<Piece> pieces) {
        Map<String, FaultDisk.Node> there = new TreeMap<>(names);
        chosen.forEach(e -> e.applyTo(there));
        Map<FaultDisk.Node, Image> images = new java.util.IdentityHashMap<>();
        Map<String, Image> files = new TreeMap<>();
        there.forEach((name, n) -> {
            if (reachable(name, there)) {
                files.put(name, n.folder ? null : images.computeIfAbsent(n, x -> x.durable.copy()));
            }
        });
        for (int i = data.nextSetBit(0); i >= 0; i = data.nextSetBit(i + 1)) {
            Ref ref = refs.get(i);
            Image image = images.get(ref.node());
            if (image != null) {
                ref.node().pending.get(ref.index()).applyTo(image);
            }
        }
        for (Piece piece : pieces) {
            Image image = images.get(piece.node());
            if (image != null) {
                piece.change().applyTo(image);
            }
        }
        return FaultDisk.of(files);
    }

    private static boolean reachable(String name, Map<String, FaultDisk.Node> there) {
        for (String at = name; !at.equals("/"); at = FaultDisk.parent(at)) {
            FaultDisk.Node above = there.get(FaultDisk.parent(at));
            if (above == null || !above.folder) {
                return false;
            }
        }
        return true;
    }
}
