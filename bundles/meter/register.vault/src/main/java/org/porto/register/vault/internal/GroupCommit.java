// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who uses the ledger, and when. Callers that come while a batch is written wait in a queue; whoever leads next takes all that wait. A
 * caller who is alone leads himself; as long as others wait, a thread of the vault's own does, from batch to batch. Nobody returns
 * before his own record is durable in both stores.
 */
final class GroupCommit implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final long LOOK_MILLIS = 20;
    private static final long IDLE_MILLIS = 1000;
    /** One that leads, one that prepares what it writes next, and one for maintenance. */
    private static final int THREADS = 3;
    /** Archiving and the next segment are twice a segment's bytes, each to be done while half a segment is written. */
    private static final long MAINTAINED_PER_BYTE = 4;
    private static final long MAINTAINED_MIN = 64 * 1024;
    private static final long MAINTAINED_PER_SEGMENT = 16;

    private final Vault.Setting setting;
    private final WriteWindows windows;
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

    /** @param others made by {@link #threads}; closed with this */
    GroupCommit(Vault.Setting setting, Ledger ledger, WriteWindows windows, ThreadPoolExecutor others) {
        this.setting = setting;
        this.ledger = ledger;
        this.windows = windows;
        this.others = others;
    }

    static ThreadPoolExecutor threads() {
        ThreadPoolExecutor threads = new ThreadPoolExecutor(
                THREADS,
                THREADS,
                IDLE_MILLIS,
                TimeUnit.MILLISECONDS,
                new LinkedBlockingQueue<>(),
                GroupCommit::thread,
                (task, executor) -> task.run()); // closed: whoever brings it does it
        threads.allowCoreThreadTimeOut(true);
        return threads;
    }

    private static Thread thread(Runnable work) {
        Thread thread = new Thread(work, "porto-vault");
        thread.setDaemon(true);
        return thread;
    }

    boolean closed() {
        return closed;
    }

    boolean hung() {
        return hung;
    }

    RegisterRecord run(Request request) throws RefusedException, UncertainException {
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

    void usable() throws RefusedException {
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
        if (!windows.overdue()) {
            if (hung && work.tryLock()) { // who was late has faulted the vault himself, and is back
                try {
                    hung = ledger.busyBeside();
                } finally {
                    work.unlock();
                }
            }
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
                if (!ledger.busyBeside()) {
                    ledger.fault(RegisterCode.WINDOW_VIOLATED, "window held past its deadline");
                    hung = false;
                    return;
                }
            } finally {
                work.unlock();
            }
        }
        RefusedException why = new RefusedException(RegisterCode.WINDOW_VIOLATED, "a write has not come back");
        for (Request request = poll(); request != null; request = poll()) {
            request.refuse(why);
            request.wake();
        }
    }

    /** Something that needs the ledger for itself. */
    interface Use<T> {
        T of(Ledger ledger) throws RefusedException;
    }

    <T> T use(Use<T> use) throws RefusedException {
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
            thread(this::end).start();
            return;
        }
        boolean back;
        try {
            back = ledger.besideWithin(setting.window().multipliedBy(2));
            if (back) {
                ledger.close();
            }
        } finally {
            work.unlock();
        }
        if (!back) {
            LOG.error("{} vault is stopped with maintenance that has not come back", RegisterCode.WINDOW_VIOLATED.code());
            thread(this::end).start();
        }
    }

    /** Gives the files free once whoever uses them is back. */
    private void end() {
        work.lock();
        try {
            ledger.close();
        } finally {
            work.unlock();
        }
    }
}
