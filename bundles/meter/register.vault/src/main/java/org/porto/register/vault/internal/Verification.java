// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterCode;

/**
 * A walk over every record from the first, archived ones first, some at a time (rule V3): both stores or copies say the same,
 * each record is whole and authentic, and its arithmetic done again gives what it says. Archived segments are looked at by as many
 * threads as there are processors, each from its own checkpoint; they are taken in their order, so that the first broken one is told.
 */
final class Verification implements AutoCloseable {

    /** A segment in the archive. @param last number of the last one there */
    record Archived(Archive archive, long number, long last) {}

    /** One copy of an archived segment is to be made anew from the other. */
    record Repair(long number, String from, String to, String why) {}

    /** Does it, under the vault's lock. */
    interface Restore {
        void of(Repair repair) throws RefusedException;
    }

    /** A file of ids. */
    record Ids(IdTiers tiers, long first, long last) {}

    private record Ahead(long number, Future<SegmentCheck.Whole> found) {}

    private static final int PIECE = 2048;
    private static final int THREADS_MAX = 8;

    private final RecordCodec codec;
    private final byte[] genesis;
    private final long until;
    private final SegmentCheck own;
    private final List<byte[]> taken = new ArrayList<>();
    private final int threads = Math.min(THREADS_MAX, Runtime.getRuntime().availableProcessors());
    private final Deque<Ahead> ahead = new ArrayDeque<>();
    private ExecutorService workers;
    private Chain chain;

    Verification(RecordCodec codec, byte[] genesis, long until) {
        this.codec = codec;
        this.genesis = genesis;
        this.until = until;
        own = new SegmentCheck(codec, genesis);
        chain = new Chain(genesis);
    }

    long records() {
        return chain.sequence();
    }

    /** Bytes of the next record, on which both stores agree. */
    void take(byte[] bytes) {
        taken.add(bytes);
    }

    int wanted() {
        return (int) Math.min(PIECE, until - records());
    }

    /** Checks what was taken. */
    void checkTaken() throws RefusedException {
        try {
            if (taken.isEmpty()) {
                throw new BrokenRecordException("record " + (records() + 1) + ": missing");
            }
            for (byte[] bytes : taken) {
                chain.next(own.decode(bytes, chain.sequence() + 1));
            }
        } catch (BrokenRecordException e) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        } finally {
            taken.clear();
        }
    }

    /** A segment's checkpoint is the state that its records begin with. */
    void checkpoint(SegmentHeader header) throws BrokenRecordException {
        chain.checkpoint(header);
    }

    /** Both copies side by side; when that fails each for itself, and the one that is whole restores the other. */
    void archived(Archived segment, Restore restore) throws RefusedException {
        long before = records();
        if (!together(segment)) {
            apart(segment, restore);
        }
        if (records() == before) {
            throw new RefusedException(RegisterCode.RECORD_BROKEN, "record " + (before + 1) + ": not in segment " + segment.number());
        }
    }

    private void apart(Archived segment, Restore restore) throws RefusedException {
        Optional<Chain> journal = alone(segment, Archive.JOURNAL);
        Optional<Chain> table = alone(segment, Archive.TABLE);
        if (journal.isPresent() == table.isPresent()) {
            throw new RefusedException(
                    RegisterCode.RECORD_BROKEN,
                    "segment " + segment.number() + " behind record " + records() + ": "
                            + (journal.isPresent() ? "its copies differ" : "both copies are damaged"));
        }
        restore.of(new Repair(
                segment.number(),
                journal.isPresent() ? Archive.JOURNAL : Archive.TABLE,
                journal.isPresent() ? Archive.TABLE : Archive.JOURNAL,
                "archive: segment " + segment.number()));
        chain = journal.or(() -> table).orElseThrow();
    }

    private boolean together(Archived segment) {
        try {
            SegmentCheck.Whole whole = found(segment);
            if (whole.header().first() <= records()) { // a walk followed some of it while it was still live
                whole = answer(workers().submit(() -> new SegmentCheck(codec, genesis).of(segment, Optional.of(chain))));
            }
            chain.checkpoint(whole.header());
            chain = whole.end();
            return true;
        } catch (BrokenRecordException | IOException e) {
            return false; // each copy for itself says what is wrong
        }
    }

    private SegmentCheck.Whole found(Archived segment) throws BrokenRecordException, IOException {
        while (!ahead.isEmpty() && ahead.peek().number() != segment.number()) {
            ahead.remove().found().cancel(false);
        }
        long next = ahead.isEmpty() ? segment.number() : ahead.getLast().number() + 1;
        while (ahead.size() <= threads && next <= segment.last()) {
            Archived at = new Archived(segment.archive(), next, segment.last());
            ahead.add(new Ahead(next, workers().submit(() -> new SegmentCheck(codec, genesis).of(at, Optional.empty()))));
            next++;
        }
        return answer(ahead.remove().found());
    }

    /** Whoever asks may be interrupted: that must not look like a damaged segment, as it would if his own thread read. */
    private static <T> T answer(Future<T> future) throws BrokenRecordException, IOException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return future.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof BrokenRecordException broken) {
                throw broken;
            }
            if (e.getCause() instanceof IOException failed) {
                throw failed;
            }
            throw new IllegalStateException("verification", e.getCause());
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Every file of ids against its MAC, without holding anybody up. */
    boolean whole(List<Ids> files) {
        List<Future<Boolean>> all = new ArrayList<>();
        for (Ids file : files) {
            all.add(workers().submit(() -> file.tiers().whole(file.first(), file.last())));
        }
        boolean whole = true;
        try {
            for (Future<Boolean> one : all) {
                whole &= answer(one);
            }
        } catch (BrokenRecordException | IOException e) {
            return false;
        }
        return whole;
    }

    private ExecutorService workers() {
        if (workers == null) {
            workers = Executors.newFixedThreadPool(threads, work -> {
                Thread thread = new Thread(work, "register-verify");
                thread.setDaemon(true);
                return thread;
            });
        }
        return workers;
    }

    /** The chain behind the segment as this copy has it; empty when the copy is damaged. */
    private Optional<Chain> alone(Archived segment, String copy) {
        try {
            return Optional.of(answer(workers().submit(() -> new SegmentCheck(codec, genesis).alone(segment, copy, chain))));
        } catch (BrokenRecordException | IOException e) {
            return Optional.empty();
        }
    }

    @Override
    public void close() {
        if (workers != null) {
            workers.shutdownNow();
        }
    }
}
