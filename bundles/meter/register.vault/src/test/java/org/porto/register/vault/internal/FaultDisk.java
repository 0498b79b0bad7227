// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A file system in memory under both stores that knows what of it is on the medium: contents of a file by {@code force} of it, an
 * entry of a folder by {@code syncFolder} of it, sectors of 512 bytes. It counts every step that changes something, shows each to a
 * probe as a point where the power may go, and does on demand what media do (rule V8). Safe for threads.
 */
final class FaultDisk implements Disk {

    /** What changes the disk or makes a change durable. */
    enum Op {
        WRITE,
        FORCE,
        TRUNCATE,
        CREATE,
        MOVE,
        DELETE,
        FOLDER,
        SYNC_FOLDER
    }

    /** One of them, about to happen. For a move the file is the source. */
    record Step(int number, Op op, String file, long position, int length) {

        String name() {
            return file.substring(file.lastIndexOf('/') + 1);
        }

        @Override
        public String toString() {
            return "step " + number + " " + op + " " + name() + (op == Op.WRITE ? " at " + position + " of " + length : "");
        }
    }

    /** What an injected fault does to a step. */
    enum Effect {
        /** I/O error, nothing happened. */
        FAILS,
        /** I/O error, half of the bytes are there. */
        FAILS_HALFWAY,
        /** I/O error, all of it happened. */
        FAILS_AFTER,
        /** Takes half of the bytes and says so. */
        SHORT,
        /** Says that it was done; nothing happened. */
        LOST,
        /** Says that it was done; the first half of the bytes is there. */
        TORN,
        /** Says that it was done; the bytes are elsewhere in the same file. */
        MISDIRECTED,
        /** No space left: half of the bytes of a write are there. */
        FULL,
        /** The file system became read-only. */
        READ_ONLY,
        /** A sync fails, and what it should have made durable is forgotten though it still reads; later syncs know nothing of it. */
        SYNC_DROPS,
        /** A sync says that it was done; nothing became durable. */
        SYNC_LIES
    }

    /** A write or a truncation that is not synced. */
    record Change(long position, byte[] bytes, boolean truncates) {

        void applyTo(Image image) {
            if (truncates) {
                image.truncate(position);
            } else {
                image.write(position, bytes);
            }
        }
    }

    /** A file or a folder, whatever its name. */
    static final class Node {
        final boolean folder;
        Image view = new Image();
        Image durable = new Image();
        List<Change> pending = new ArrayList<>();
        boolean locked;

        Node(boolean folder) {
            this.folder = folder;
        }

        Node copy() {
            Node copy = new Node(folder);
            copy.view = view.copy();
            copy.durable = durable.copy();
            copy.pending = new ArrayList<>(pending);
            return copy;
        }
    }

    /** A change of names that is not synced: {@code from} goes, {@code to} comes; one of them may be empty. */
    record Entry(String from, String to, Node node) {

        boolean touches(Entry other) {
            return !from.isEmpty() && (from.equals(other.from) || from.equals(other.to))
                    || !to.isEmpty() && (to.equals(other.to) || to.equals(other.from));
        }

        void applyTo(Map<String, Node> names) {
            if (!from.isEmpty()) {
                names.remove(from);
            }
            if (!to.isEmpty()) {
                names.put(to, node);
            }
        }
    }

    private record Injection(Effect effect, Predicate<Step> where, AtomicLong left) {}

    private final Map<String, Node> view = new TreeMap<>();
    private final Map<String, Node> durable = new TreeMap<>();
    private final List<Entry> entries = new ArrayList<>();
    private final List<Injection> injections = new ArrayList<>();
    private final List<FaultChannel> channels = new ArrayList<>();
    private int steps;
    private int fired;

    /** Sees each step before it happens, without the disk's lock: may advance a clock or hold the thread. */
    volatile Consumer<Step> observer = step -> {};
    /** Takes each crash point when set. */
    volatile Consumer<CrashPoint> probe;
    volatile Predicate<String> unreadable = file -> false;
    volatile boolean readOnly;
    volatile long capacity = Long.MAX_VALUE;
    private volatile boolean off;

    FaultDisk() {
        view.put("/", new Node(true));
        durable.put("/", view.get("/"));
    }

    /** With everything durable, and nothing open. */
    static FaultDisk of(Map<String, Image> files) {
        FaultDisk disk = new FaultDisk();
        files.forEach((name, image) -> {
            Node node = new Node(image == null);
            if (image != null) {
                node.view = image;
                node.durable = image.copy();
            }
            disk.view.put(name, node);
            disk.durable.put(name, node);
        });
        return disk;
    }

    /** With the unsynced still unsynced, and one more write of that node when there is one. */
    static FaultDisk of(Map<String, Node> names, List<Entry> entries, Node written, Change change) {
        Map<Node, Node> copies = new IdentityHashMap<>();
        FaultDisk disk = new FaultDisk();
        names.forEach((name, node) -> disk.durable.put(name, copies.computeIfAbsent(node, Node::copy)));
        disk.view.putAll(disk.durable);
        for (Entry entry : entries) {
            Entry copy = copy(entry, copies);
            copy.applyTo(disk.view);
            disk.entries.add(copy);
        }
        if (change != null) {
            copies.computeIfAbsent(written, Node::copy).pending.add(change);
        }
        copies.values().forEach(node -> {
            node.view = node.durable.copy();
            node.pending.forEach(c -> c.applyTo(node.view));
        });
        return disk;
    }

    // --- what tests do to it

    synchronized int steps() {
        return steps;
    }

    /** How many injected faults have happened. */
    synchronized int fired() {
        return fired;
    }

    synchronized void inject(Effect effect, long times, Predicate<Step> where) {
        injections.add(new Injection(effect, where, new AtomicLong(times)));
    }

    synchronized void heal() {
        injections.clear();
        readOnly = false;
        capacity = Long.MAX_VALUE;
        unreadable = file -> false;
        observer = step -> {};
    }

    /** The process ends, the machine stays: what was written reads on. */
    synchronized void processEnds() {
        for (FaultChannel channel : channels) {
            channel.dead = true;
        }
        channels.clear();
        view.values().forEach(node -> node.locked = false);
    }

    /** Every channel is dead from here on, as if the machine were off; look at it by {@link #crashPoint}. */
    synchronized void off() {
        off = true;
        processEnds();
    }

    /** What is on the medium now, and what may be. */
    synchronized CrashPoint crashPoint() {
        return point(new Step(steps, Op.FORCE, "/", 0, 0), null, null, null);
    }

    /** As it is now, all of it durable: a copy to run on. */
    synchronized FaultDisk copy() {
        Map<String, Image> files = new TreeMap<>();
        view.forEach((name, node) -> files.put(name, node.folder ? null : node.view.copy()));
        return of(files);
    }

    synchronized List<String> files() {
        return view.entrySet().stream().filter(e -> !e.getValue().folder).map(Map.Entry::getKey).toList();
    }

    synchronized long length(String file) {
        return view.get(file).view.size();
    }

    synchronized byte[] bytes(String file) {
        return view.get(file).view.bytes();
    }

    /** At rest: on the medium and to every reader. */
    synchronized void overwrite(String file, long position, byte[] bytes) {
        view.get(file).view.write(position, bytes);
        view.get(file).durable.write(position, bytes);
    }

    synchronized void flip(String file, long bit) {
        byte[] one = {(byte) (view.get(file).view.bytes()[(int) (bit / 8)] ^ 1 << bit % 8)};
        overwrite(file, bit / 8, one);
    }

    synchronized void cut(String file, long size) {
        view.get(file).view.truncate(size);
        view.get(file).durable.truncate(size);
    }

    synchronized void lose(String file) {
        view.remove(file);
        durable.remove(file);
    }

    synchronized long digest() {
        long digest = 17;
        for (Map.Entry<String, Node> entry : view.entrySet()) {
            digest = digest * 31 + entry.getKey().hashCode();
            digest = digest * 0x9E3779B97F4A7C15L + entry.getValue().view.digest();
        }
        return digest;
    }

    // --- steps

    /** @return the effect that an injection has on it, or null */
    private Effect begin(Op op, String file, long position, int length, Node node, Change change, Entry entry) throws IOException {
        Step step;
        synchronized (this) {
            alive();
            step = new Step(steps++, op, file, position, length);
            if (probe != null) {
                probe.accept(point(step, node, change, entry));
            }
        }
        observer.accept(step);
        synchronized (this) {
            alive();
            if (readOnly && op != Op.FORCE && op != Op.SYNC_FOLDER) {
                throw new IOException("Read-only file system");
            }
            for (Iterator<Injection> i = injections.iterator(); i.hasNext(); ) {
                Injection injection = i.next();
                if (injection.where().test(step)) {
                    if (injection.left().decrementAndGet() <= 0) {
                        i.remove();
                    }
                    fired++;
                    return injection.effect();
                }
            }
        }
        return null;
    }

    private void alive() throws IOException {
        if (off) {
            throw new IOException("the machine is off");
        }
    }

    private CrashPoint point(Step step, Node node, Change change, Entry entry) {
        Map<Node, Node> copies = new IdentityHashMap<>();
        Map<String, Node> names = new TreeMap<>();
        durable.forEach((name, n) -> names.put(name, copies.computeIfAbsent(n, Node::copy)));
        List<Entry> open = new ArrayList<>();
        for (Entry e : entries) {
            open.add(copy(e, copies));
        }
        return new CrashPoint(
                step,
                names,
                open,
                node == null ? null : copies.computeIfAbsent(node, Node::copy),
                change,
                entry == null ? null : copy(entry, copies));
    }

    private static Entry copy(Entry entry, Map<Node, Node> copies) {
        return new Entry(entry.from(), entry.to(), entry.node() == null ? null : copies.computeIfAbsent(entry.node(), Node::copy));
    }

    private static IOException failed(Op op) {
        return new IOException("injected: " + op + " failed");
    }

    int write(FaultChannel channel, Node node, String file, byte[] bytes, long position) throws IOException {
        Change change = new Change(position, bytes, false);
        Effect effect = begin(Op.WRITE, file, position, bytes.length, node, change, null);
        synchronized (this) {
            channel.alive();
            long room = capacity - used() - Math.max(0, position + bytes.length - Math.max(position, node.view.size()));
            int length = effect == null || effect == Effect.FAILS_AFTER || effect == Effect.MISDIRECTED
                    ? bytes.length
                    : effect == Effect.FAILS || effect == Effect.LOST || effect == Effect.READ_ONLY ? 0 : Math.max(1, bytes.length / 2);
            boolean full = capacity != Long.MAX_VALUE && position + bytes.length > node.view.size() && room < 0;
            if (full) {
                length = (int) Math.max(0, Math.min(length, bytes.length + room));
            }
            long at = effect == Effect.MISDIRECTED ? elsewhere(node, position, length) : position;
            if (length > 0) {
                Change done = new Change(at, length == bytes.length ? bytes : java.util.Arrays.copyOf(bytes, length), false);
                done.applyTo(node.view);
                node.pending.add(done);
            }
            if (full) {
                throw new IOException("No space left on device");
            }
            fail(effect, Op.WRITE);
            return effect == Effect.SHORT ? length : bytes.length;
        }
    }

    /** A sector number with a flipped bit: in front when there is room, else behind. */
    private static long elsewhere(Node node, long position, int length) {
        long there = position ^ 4096;
        return there + length <= Math.max(node.view.size(), position + length) ? there : Math.max(0, position - 4096);
    }

    private long used() {
        long used = 0;
        for (Node node : view.values()) {
            used += node.view.size();
        }
        return used;
    }

    void truncate(FaultChannel channel, Node node, String file, long size) throws IOException {
        Change change = new Change(size, new byte[0], true);
        Effect effect = begin(Op.TRUNCATE, file, size, 0, node, change, null);
        synchronized (this) {
            channel.alive();
            if (effect == null || effect == Effect.FAILS_AFTER) {
                change.applyTo(node.view);
                node.pending.add(change);
            }
            fail(effect, Op.TRUNCATE);
        }
    }

    void force(FaultChannel channel, Node node, String file) throws IOException {
        Effect effect = begin(Op.FORCE, file, 0, 0, node, null, null);
        synchronized (this) {
            channel.alive();
            if (effect == null || effect == Effect.FAILS_AFTER) {
                node.pending.forEach(change -> change.applyTo(node.durable));
                node.pending.clear();
            } else if (effect == Effect.SYNC_DROPS) {
                node.pending.clear();
                throw failed(Op.FORCE);
            }
            fail(effect, Op.FORCE);
        }
    }

    private static void fail(Effect effect, Op op) throws IOException {
        if (effect == Effect.FULL && op != Op.FORCE) {
            throw new IOException("No space left on device");
        }
        if (effect == Effect.READ_ONLY) {
            throw new IOException("Read-only file system");
        }
        if (effect == Effect.FAILS || effect == Effect.FAILS_HALFWAY || effect == Effect.FAILS_AFTER) {
            throw failed(op);
        }
    }

    private void entry(Op op, String from, String to, Node node) throws IOException {
        Entry entry = new Entry(from, to, node);
        Effect effect = begin(op, from.isEmpty() ? to : from, 0, 0, null, null, entry);
        synchronized (this) {
            if (effect == null || effect == Effect.FAILS_AFTER) {
                entry.applyTo(view);
                entries.add(entry);
            }
            fail(effect, op);
        }
    }

    // --- Disk

    private static String name(Path path) {
        return path.toAbsolutePath().normalize().toString();
    }

    static String parent(String name) {
        int slash = name.lastIndexOf('/');
        return slash <= 0 ? "/" : name.substring(0, slash);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        String name = name(file);
        Node node;
        synchronized (this) {
            alive();
            node = view.get(name);
            if (node == null && !view.containsKey(parent(name)) || node != null && node.folder) {
                throw new NoSuchFileException(name);
            }
        }
        if (readOnly) {
            throw new IOException(name + ": Read-only file system");
        }
        if (node == null) {
            node = new Node(false);
            entry(Op.CREATE, "", name, node);
        }
        synchronized (this) {
            FaultChannel channel = new FaultChannel(this, node, name);
            channels.add(channel);
            return channel;
        }
    }

    /** Takes only what a medium without a memory in front of it would. */
    @Override
    public FileChannel openBlocks(Path file) throws IOException {
        if (!exists(file)) {
            throw new NoSuchFileException(name(file));
        }
        FaultChannel channel = (FaultChannel) open(file);
        channel.blocks = true;
        return channel;
    }

    synchronized void closed(FaultChannel channel) {
        channels.remove(channel);
    }

    @Override
    public boolean exists(Path file) {
        return exists(name(file));
    }

    synchronized boolean exists(String name) {
        return view.containsKey(name);
    }

    @Override
    public synchronized List<Path> list(Path folder) throws IOException {
        alive();
        String in = name(folder);
        if (!view.containsKey(in)) {
            throw new NoSuchFileException(in);
        }
        List<Path> found = new ArrayList<>();
        for (String name : view.keySet()) {
            if (parent(name).equals(in) && !name.equals("/")) {
                found.add(Path.of(name));
            }
        }
        return found;
    }

    @Override
    public long size(Path file) throws IOException {
        return size(name(file));
    }

    synchronized long size(String name) throws IOException {
        Node node = view.get(name);
        if (node == null) {
            throw new NoSuchFileException(name);
        }
        return node.view.size();
    }

    @Override
    public void createFolder(Path folder) throws IOException {
        String name = name(folder);
        if (exists(name)) {
            return;
        }
        createFolder(Path.of(parent(name)));
        entry(Op.FOLDER, "", name, new Node(true));
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        Node node;
        synchronized (this) {
            node = view.get(name(from));
            if (node == null || !view.containsKey(parent(name(to)))) {
                throw new NoSuchFileException(name(node == null ? from : to));
            }
        }
        entry(Op.MOVE, name(from), name(to), node);
    }

    @Override
    public void delete(Path file) throws IOException {
        if (exists(file)) {
            entry(Op.DELETE, name(file), "", null);
        }
    }

    /** As journaling file systems do: a rename is there in both folders or in none, and takes along what it builds on. */
    @Override
    public void syncFolder(Path folder) throws IOException {
        String in = name(folder);
        Effect effect = begin(Op.SYNC_FOLDER, in, 0, 0, null, null, null);
        synchronized (this) {
            if (!view.containsKey(in)) {
                throw new NoSuchFileException(in);
            }
            if (effect == null || effect == Effect.FAILS_AFTER) {
                List<Entry> now = CrashPoint.withGround(
                        entries, e -> parent(e.from()).equals(in) && !e.from().isEmpty() || parent(e.to()).equals(in) && !e.to().isEmpty());
                now.forEach(e -> e.applyTo(durable));
                entries.removeAll(now);
            }
            fail(effect, Op.SYNC_FOLDER);
        }
    }

    @Override
    public synchronized long usableSpace(Path folder) {
        return capacity == Long.MAX_VALUE ? 1L << 40 : Math.max(0, capacity - used());
    }
}
