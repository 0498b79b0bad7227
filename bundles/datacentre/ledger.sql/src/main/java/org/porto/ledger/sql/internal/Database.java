// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import javax.sql.DataSource;
import org.porto.ledger.api.LedgerCode;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections, and readers. All SQL runs on threads of the ledger's own: H2 closes its file when a thread that is in a call is
 * interrupted, and callers (a shell, a web request) are interrupted as a matter of course.
 */
final class Database implements AutoCloseable {

    /** One transaction; may be run again, so it keeps nothing outside. */
    interface Work<T> {
        T run(Connection connection) throws SQLException, RefusedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int QUEUE_MAX = 4096;
    private static final long BACKOFF_NANOS = 2_000_000;
    private static final long BACKOFF_NANOS_MAX = 500_000_000;
    private static final int ANSWER_MILLIS_MAX = 30_000;
    private static final long CLOSE_SECONDS = 60;

    private final DataSource source;
    private final Duration retry;
    private final ThreadPoolExecutor readers;
    private volatile Engine engine;
    private volatile boolean closed;

    Database(DataSource source, int readers, Duration retry) {
        this.source = source;
        this.retry = retry;
        this.readers = new ThreadPoolExecutor(
                readers, readers, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_MAX), task -> thread(task, "ledger-read"));
    }

    /**
     * Finds the database and brings it up to date. One that cannot be reached is waited for by whoever asks next.
     *
     * @throws RefusedException when waiting would not help
     */
    void start() throws RefusedException {
        try {
            read(connection -> connection);
        } catch (RefusedException e) {
            if (e.getCause() instanceof SQLException sql && Engine.temporary(sql)) {
                LOG.error("ledger's database is not there yet: {}", e.getMessage());
            } else {
                throw e;
            }
        }
    }

    static Thread thread(Runnable task, String name) {
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        return thread;
    }

    /** A transaction that is to be ended by the caller. The first one of all finds the schema up to date. */
    Connection begin(boolean snapshot) throws SQLException, RefusedException {
        Engine known = engine();
        Connection connection = source.getConnection();
        boolean ready = false;
        try {
            connection.setAutoCommit(false);
            if (!snapshot) {
                // A network that has gone silent, a stranger that holds a lock: an error, not a wait for ever.
                connection.setNetworkTimeout(Runnable::run, ANSWER_MILLIS_MAX);
            }
            connection.setTransactionIsolation(snapshot ? known.snapshot() : Connection.TRANSACTION_READ_COMMITTED);
            ready = true;
            return connection;
        } finally {
            if (!ready) {
                quietClose(connection);
            }
        }
    }

    /** Which database it is; looked at, checked and brought up to date once. */
    Engine engine() throws SQLException, RefusedException {
        if (engine == null) {
            prepare();
        }
        return engine;
    }

    private synchronized void prepare() throws SQLException, RefusedException {
        if (engine != null) {
            return;
        }
        Engine found;
        try (Connection connection = source.getConnection()) {
            found = Engine.of(connection);
            found.check(connection);
        }
        Schema.migrate(source);
        engine = found;
    }

    /** One statement, or some that need no common moment. */
    <T> T read(Work<T> work) throws RefusedException {
        return submit(work, false);
    }

    /** One moment of everything. */
    <T> T snapshot(Work<T> work) throws RefusedException {
        return submit(work, true);
    }

    private <T> T submit(Work<T> work, boolean snapshot) throws RefusedException {
        try {
            return await(readers.submit(() -> attempts(work, snapshot)));
        } catch (RejectedExecutionException e) {
            throw new RefusedException(LedgerCode.DATABASE_FAILED, "closed, or too many callers", e);
        }
    }

    private <T> T attempts(Work<T> work, boolean snapshot) throws RefusedException {
        Backoff backoff = backoff();
        while (true) {
            try (Connection connection = begin(snapshot)) {
                try {
                    return work.run(connection);
                } finally {
                    connection.rollback();
                }
            } catch (SQLException e) {
                if (!Engine.temporary(e) || !backoff.again(e)) {
                    throw new RefusedException(LedgerCode.DATABASE_FAILED, String.valueOf(e.getMessage()), e);
                }
            }
        }
    }

    Backoff backoff() {
        return new Backoff();
    }

    /** Waits that double, until the time to try again is over or the ledger is closed. */
    final class Backoff {

        private final long end = System.nanoTime() + retry.toNanos();
        private long nanos = BACKOFF_NANOS;

        boolean again(SQLException why) {
            if (closed || System.nanoTime() - end >= 0) {
                return false;
            }
            LOG.warn("tried again: {}", why.getMessage());
            LockSupport.parkNanos(nanos);
            nanos = Math.min(2 * nanos, BACKOFF_NANOS_MAX);
            return true;
        }
    }

    /** Waits for an answer; an interrupted caller gets it too, and stays interrupted. */
    static <T> T await(Future<T> answer) throws RefusedException {
        boolean interrupted = false;
        try {
            while (true) {
                try {
                    return answer.get();
                } catch (InterruptedException e) {
                    interrupted = true;
                } catch (ExecutionException e) {
                    if (e.getCause() instanceof RefusedException refused) {
                        throw refused;
                    }
                    throw new IllegalStateException("ledger failed", e.getCause());
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static void quietClose(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.warn("connection did not close: {}", e.getMessage());
        }
    }

    /** Trying again ends; what is at work ends by itself. */
    void closing() {
        closed = true;
    }

    @Override
    public void close() {
        closed = true;
        readers.shutdown();
        boolean interrupted = false;
        try {
            if (!readers.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                LOG.error("ledger work did not end in {} s", CLOSE_SECONDS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
