// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.lang.reflect.InvocationTargetException;
import java.sql.Connection;
import java.sql.Driver;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.porto.ledger.api.LedgerCode;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Connections and transactions. All SQL runs on threads of its own: H2 closes its file when a thread that is in a call is
 * interrupted, and callers (a shell, a web request) are interrupted as a matter of course.
 */
final class Database implements AutoCloseable {

    /** One transaction; may be run again, so it keeps nothing outside. */
    interface Work<T> {
        T run(Connection connection) throws SQLException, RefusedException;
    }

    private static final Logger LOG = LoggerFactory.getLogger(Database.class);
    private static final int ATTEMPTS = 5;
    private static final int QUEUE_MAX = 1024;
    private static final int READERS = 2;
    private static final long BACKOFF_NANOS = 2_000_000;
    private static final long CLOSE_SECONDS = 60;

    private final String url;
    private final Properties login;
    private final Driver driver;
    private final boolean h2;
    private final Lane writer = new Lane(1, Connection.TRANSACTION_READ_COMMITTED);
    private final Lane reader = new Lane(READERS, Connection.TRANSACTION_SERIALIZABLE);

    Database(String url, String user, String password) throws RefusedException {
        this.h2 = url.startsWith("jdbc:h2:");
        // H2 options are part of the URL; what durability needs is not left to whoever wrote it.
        this.url = h2 ? url + ";WRITE_DELAY=0;DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000" : url;
        if (h2 && url.toUpperCase(Locale.ROOT).matches(".*;(WRITE_DELAY|DB_CLOSE_ON_EXIT|LOCK_TIMEOUT|LOG|LOCK_MODE|FILE_LOCK)=.*")) {
            throw new RefusedException(LedgerCode.DATABASE_FAILED, "url sets an option that durability depends on");
        }
        this.login = new Properties();
        login.setProperty("user", user);
        login.setProperty("password", password);
        this.driver = h2 ? new org.h2.Driver() : postgres(url);
    }

    private static Driver postgres(String url) throws RefusedException {
        if (!url.startsWith("jdbc:postgresql:")) {
            throw new RefusedException(LedgerCode.DATABASE_FAILED, "url is neither jdbc:h2: nor jdbc:postgresql:");
        }
        try {
            return (Driver) Class.forName("org.postgresql.Driver").getDeclaredConstructor().newInstance();
        } catch (ClassNotFoundException | NoSuchMethodException | InstantiationException | IllegalAccessException
                | InvocationTargetException e) {
            throw new RefusedException(LedgerCode.DATABASE_FAILED, "no PostgreSQL driver", e);
        }
    }

    /** Commits and syncs, or changes nothing. Repeats the work when the database asks for it. */
    <T> T write(Work<T> work) throws RefusedException {
        return writer.call(work, true);
    }

    /** One snapshot of everything. */
    <T> T read(Work<T> work) throws RefusedException {
        return reader.call(work, false);
    }

    @Override
    public void close() {
        reader.close();
        writer.close();
    }

    private Connection connect(int isolation) throws SQLException {
        Connection connection = driver.connect(url, login);
        if (connection == null) {
            throw new SQLException("driver does not know the url");
        }
        connection.setAutoCommit(false);
        connection.setTransactionIsolation(isolation);
        return connection;
    }

    /** H2 hands its pages to the operating system at commit, no further; this makes the disk have them. */
    private void sync(Connection connection) throws SQLException {
        if (h2) {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
            }
        }
    }

    private static boolean worthRepeating(SQLException e) {
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        // 40 rollback asked for, 55 and HYT00 lock not had, 23 lost a race for an id, 08 57 90 connection gone.
        return state.startsWith("40") || state.startsWith("55") || state.startsWith("HYT") || state.startsWith("23")
                || state.startsWith("08") || state.startsWith("57") || state.startsWith("90");
    }

    /** A few threads with a connection each. */
    private final class Lane implements AutoCloseable {

        private final ThreadPoolExecutor threads;
        private final int isolation;
        private final List<Connection> idle = new ArrayList<>();

        Lane(int size, int isolation) {
            this.isolation = isolation;
            this.threads = new ThreadPoolExecutor(
                    size, size, 0, TimeUnit.SECONDS, new ArrayBlockingQueue<>(QUEUE_MAX), task -> {
                        Thread thread = new Thread(task, "ledger");
                        thread.setDaemon(true);
                        return thread;
                    });
        }

        <T> T call(Work<T> work, boolean writes) throws RefusedException {
            Callable<T> task = () -> attempts(work, writes);
            Future<T> future;
            try {
                future = threads.submit(task);
            } catch (RejectedExecutionException e) {
                throw new RefusedException(LedgerCode.DATABASE_FAILED, "closed, or too many callers", e);
            }
            return await(future);
        }

        private <T> T await(Future<T> future) throws RefusedException {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return future.get();
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

        private <T> T attempts(Work<T> work, boolean writes) throws RefusedException {
            SQLException last = null;
            boolean commitTried = false;
            for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
                Connection connection = null;
                boolean healthy = false;
                boolean committing = false;
                try {
                    connection = take();
                    T result = work.run(connection);
                    if (writes) {
                        committing = true;
                        connection.commit();
                        sync(connection);
                    } else {
                        connection.rollback();
                    }
                    healthy = true;
                    return result;
                } catch (RefusedException e) {
                    healthy = rolledBack(connection);
                    throw e;
                } catch (SQLException e) {
                    last = e;
                    commitTried |= committing;
                    if (!commitTried && !worthRepeating(e)) {
                        break;
                    }
                    LOG.warn("attempt {} of {}: {}", attempt, ATTEMPTS, e.getMessage());
                    LockSupport.parkNanos(BACKOFF_NANOS << attempt);
                } finally {
                    give(connection, healthy);
                }
            }
            LedgerCode code = commitTried ? LedgerCode.COMMIT_UNKNOWN : LedgerCode.DATABASE_FAILED;
            throw new RefusedException(code, String.valueOf(last.getMessage()), last);
        }

        private Connection take() throws SQLException {
            synchronized (idle) {
                if (!idle.isEmpty()) {
                    return idle.remove(idle.size() - 1);
                }
            }
            return connect(isolation);
        }

        private void give(Connection connection, boolean healthy) {
            if (connection == null) {
                return;
            }
            if (healthy) {
                synchronized (idle) {
                    idle.add(connection);
                }
                return;
            }
            // A new connection is cheaper than knowing what this one is still good for.
            rolledBack(connection);
            quietClose(connection);
        }

        private static boolean rolledBack(Connection connection) {
            try {
                connection.rollback();
                return true;
            } catch (SQLException e) {
                LOG.warn("rollback failed: {}", e.getMessage());
                return false;
            }
        }

        private static void quietClose(Connection connection) {
            try {
                connection.close();
            } catch (SQLException e) {
                LOG.warn("connection did not close: {}", e.getMessage());
            }
        }

        @Override
        public void close() {
            threads.shutdown();
            boolean interrupted = false;
            try {
                if (!threads.awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                    LOG.error("ledger work did not end in {} s", CLOSE_SECONDS);
                }
            } catch (InterruptedException e) {
                interrupted = true;
            }
            synchronized (idle) {
                idle.forEach(Lane::quietClose);
                idle.clear();
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
