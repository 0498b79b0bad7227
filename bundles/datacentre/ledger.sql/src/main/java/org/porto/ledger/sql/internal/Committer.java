// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.porto.ledger.api.LedgerCode;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Group commit. Acts that come while a transaction is on its way wait, and go together into the next one: the chain needs one lock
 * and one sync for all of them. A refused act leaves its neighbours alone; a transaction that the database will not take is split
 * into its acts. Each caller is answered after the commit that holds his act. Temporary failures are tried again, the commit too:
 * the acts' ids tell what happened.
 */
final class Committer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Committer.class);
    private static final int QUEUE_MAX = 8192;
    /** Entries in one transaction; the last act may go beyond. */
    private static final int IDS_MAX = 4096;
    private static final long LOOK_MILLIS = 100;
    private static final long CLOSE_MILLIS = 60_000;
    /** SQLSTATE of the standard's class 08. */
    private static final String CONNECTION_LOST = "08006";

    private static final class Wish<T> {
        private final Act<T> act;
        private final CompletableFuture<T> answer = new CompletableFuture<>();
        private T result;
        private RefusedException refusal;

        Wish(Act<T> act) {
            this.act = act;
        }

        void run(Book book) {
            result = null;
            refusal = null;
            try {
                result = book.run(act);
            } catch (RefusedException e) {
                refusal = e;
            }
        }

        void answer() {
            if (refusal == null) {
                answer.complete(result);
            } else {
                answer.completeExceptionally(refusal);
            }
        }
    }

    private final Database database;
    private final InstantSource time;
    private final int batchMax;
    private final BlockingQueue<Wish<?>> queue = new ArrayBlockingQueue<>(QUEUE_MAX);
    private final Thread thread;
    private volatile boolean closed;

    Committer(Database database, InstantSource time, int batchMax) {
        this.database = database;
        this.time = time;
        this.batchMax = batchMax;
        this.thread = Database.thread(this::work, "ledger-commit");
        thread.start();
    }

    <T> T submit(Act<T> act) throws RefusedException {
        Wish<T> wish = new Wish<>(act);
        if (closed || !queue.offer(wish)) {
            throw new RefusedException(LedgerCode.DATABASE_FAILED, "closed, or too many callers");
        }
        if (closed && queue.remove(wish)) {
            throw new RefusedException(LedgerCode.DATABASE_FAILED, "closed");
        }
        return Database.await(wish.answer);
    }

    private void work() {
        List<Wish<?>> batch = new ArrayList<>();
        try {
            serve(batch);
        } finally {
            // In order nothing is left here; after an error of the virtual machine nobody is to wait for an answer that cannot come.
            closed = true;
            queue.drainTo(batch);
            fail(batch, new RefusedException(LedgerCode.COMMIT_UNKNOWN, "the ledger has ended"));
        }
    }

    private void serve(List<Wish<?>> batch) {
        while (true) {
            try {
                Wish<?> head = queue.poll(LOOK_MILLIS, TimeUnit.MILLISECONDS);
                if (head == null) {
                    if (closed && queue.isEmpty()) {
                        return;
                    }
                    continue;
                }
                int ids = head.act.ids().size();
                batch.add(head);
                while (batch.size() < batchMax && ids < IDS_MAX && (head = queue.poll()) != null) {
                    batch.add(head);
                    ids += head.act.ids().size();
                }
                commit(batch, false);
                batch.clear();
            } catch (InterruptedException e) {
                LOG.warn("interrupted; nobody should, so it goes on");
            }
        }
    }

    /** Ends with every wish answered. @param tried whether a commit of these acts was on its way already */
    private void commit(List<Wish<?>> batch, boolean tried) {
        boolean commitTried = tried;
        Database.Backoff backoff = database.backoff();
        while (true) {
            Attempt attempt = new Attempt();
            try {
                attempt.run(batch, commitTried);
                batch.forEach(Wish::answer);
                return;
            } catch (SQLException e) {
                commitTried |= attempt.committing;
                boolean temporary = Engine.temporary(e);
                if ((temporary || commitTried) && backoff.again(e)) {
                    continue;
                }
                if (!temporary && batch.size() > 1) {
                    split(batch, commitTried, e);
                    return;
                }
                LedgerCode code = commitTried ? LedgerCode.COMMIT_UNKNOWN : LedgerCode.DATABASE_FAILED;
                fail(batch, new RefusedException(code, String.valueOf(e.getMessage()), e));
                return;
            } catch (RefusedException e) {
                fail(batch, e);
                return;
            } catch (RuntimeException e) {
                // A fault of the program in one act: the others are not to suffer, the thread is to live.
                if (batch.size() > 1) {
                    split(batch, commitTried, e);
                } else {
                    LOG.error("ledger failed", e);
                    batch.forEach(wish -> wish.answer.completeExceptionally(e));
                }
                return;
            }
        }
    }

    private void split(List<Wish<?>> batch, boolean commitTried, Exception why) {
        LOG.warn("{} acts one by one: {}", batch.size(), why.getMessage());
        for (Wish<?> wish : batch) {
            commit(List.of(wish), commitTried);
        }
    }

    private static void fail(List<Wish<?>> batch, RefusedException why) {
        batch.forEach(wish -> wish.answer.completeExceptionally(why));
    }

    private final class Attempt {

        private boolean committing;

        void run(List<Wish<?>> batch, boolean syncAnyway) throws SQLException, RefusedException {
            Engine engine = database.engine();
            try (Connection connection = database.begin(false)) {
                boolean done = false;
                try {
                    Tables.Head head = Tables.lockHead(connection);
                    List<Act<?>> acts = new ArrayList<>(batch.size());
                    batch.forEach(wish -> acts.add(wish.act));
                    Book book = Tables.read(connection, head, acts, Row.micros(time.instant()));
                    batch.forEach(wish -> wish.run(book));
                    if (written(connection, head, book)) {
                        committing = true;
                        connection.commit();
                        engine.sync(connection);
                    } else {
                        connection.rollback();
                        if (syncAnyway) {
                            // It was all there: by a commit whose sync failed, perhaps.
                            engine.sync(connection);
                        }
                    }
                    done = true;
                } finally {
                    if (!done) {
                        rollback(connection);
                    }
                }
            }
        }

        /** PostgreSQL's driver takes a connection that is lost within a batch for a fault of its own, where assertions are on. */
        private boolean written(Connection connection, Tables.Head head, Book book) throws SQLException {
            try {
                return Tables.write(connection, head, book);
            } catch (AssertionError e) {
                throw new SQLException("the driver lost its connection within a batch", CONNECTION_LOST, e);
            }
        }

        private void rollback(Connection connection) {
            try {
                connection.rollback();
            } catch (SQLException e) {
                LOG.warn("rollback failed: {}", e.getMessage());
            }
        }
    }

    @Override
    public void close() {
        closed = true;
        database.closing();
        boolean interrupted = false;
        try {
            thread.join(CLOSE_MILLIS);
            if (thread.isAlive()) {
                LOG.error("ledger did not end its last transaction in {} ms", CLOSE_MILLIS);
            }
        } catch (InterruptedException e) {
            interrupted = true;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
