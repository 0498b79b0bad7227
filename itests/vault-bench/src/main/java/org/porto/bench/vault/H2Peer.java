// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Two H2 databases, one transaction in each, one after the other. H2's commit does not sync, WRITE_DELAY=0 or not, so each commit
 * is followed by CHECKPOINT SYNC, and with that the default WRITE_DELAY is the faster one; {@link CountedDisk} counts the syncs that
 * reach the files. The best client side that was found: one connection for the transactions behind a mutex (they all change the
 * registers row), and one sync for all that waited while the sync before ran.
 */
final class H2Peer implements Contender {

    private final Database first;
    private final Database second;

    H2Peer(Path folder, int recordBytes) throws BenchException {
        CountedDisk.register();
        first = new Database(folder.resolve("h2-1"), recordBytes);
        second = new Database(folder.resolve("h2-2"), recordBytes);
    }

    @Override
    public void debit() throws BenchException {
        byte[] id = Meter.idBytes();
        first.debit(id);
        second.debit(id);
    }

    @Override
    public void close() throws BenchException {
        first.close();
        second.close();
    }

    private static final class Database {

        private final ReentrantLock mutex = new ReentrantLock();
        private final ReentrantLock syncing = new ReentrantLock();
        private final AtomicLong committed = new AtomicLong();
        private final Connection connection;
        private final Connection syncer;
        private final Statement sync;
        private final SqlitePeer.SqlDebit debit;
        private volatile long synced;

        Database(Path file, int recordBytes) throws BenchException {
            try {
                String url = "jdbc:h2:" + CountedDisk.SCHEME + ":" + file + ";DB_CLOSE_ON_EXIT=FALSE;LOCK_TIMEOUT=10000";
                connection = DriverManager.getConnection(url);
                connection.setAutoCommit(false);
                debit = new SqlitePeer.SqlDebit(connection, "VARBINARY", recordBytes);
                syncer = DriverManager.getConnection(url);
                sync = syncer.createStatement();
            } catch (SQLException e) {
                throw new BenchException("H2", e);
            }
        }

        void debit(byte[] id) throws BenchException {
            long mine;
            try {
                mutex.lock();
                try {
                    debit.run(id);
                    connection.commit();
                    mine = committed.incrementAndGet();
                } finally {
                    mutex.unlock();
                }
                syncing.lock();
                try {
                    if (synced < mine) {
                        long all = committed.get();
                        sync.execute("CHECKPOINT SYNC");
                        synced = all;
                    }
                } finally {
                    syncing.unlock();
                }
            } catch (SQLException e) {
                throw new BenchException("H2", e);
            }
        }

        void close() throws BenchException {
            try {
                syncer.close();
                connection.close();
            } catch (SQLException e) {
                throw new BenchException("H2", e);
            }
        }
    }
}
