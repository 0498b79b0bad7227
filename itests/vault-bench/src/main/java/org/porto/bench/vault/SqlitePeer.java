// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Two SQLite files, one transaction in each, one after the other: WAL, synchronous=FULL (checked after opening). One connection a
 * file behind a mutex, prepared statements, exclusive locking mode: faster than 64 connections and a busy handler, and with a mutex
 * for each file one caller is in the second file while the next is in the first.
 */
final class SqlitePeer implements Contender {

    private final File first;
    private final File second;

    SqlitePeer(Path folder, int recordBytes) throws BenchException {
        first = new File(folder.resolve("sqlite-1.db"), recordBytes);
        second = new File(folder.resolve("sqlite-2.db"), recordBytes);
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

    private static final class File {

        private final ReentrantLock mutex = new ReentrantLock();
        private final Connection connection;
        private final SqlDebit debit;

        File(Path file, int recordBytes) throws BenchException {
            try {
                connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                try (Statement statement = connection.createStatement()) {
                    statement.execute("PRAGMA locking_mode=EXCLUSIVE");
                    expect(statement, "PRAGMA journal_mode=WAL", "wal");
                    statement.execute("PRAGMA synchronous=FULL");
                    expect(statement, "PRAGMA synchronous", "2");
                }
                connection.setAutoCommit(false);
                debit = new SqlDebit(connection, "BLOB", recordBytes);
            } catch (SQLException e) {
                throw new BenchException("SQLite", e);
            }
        }

        private static void expect(Statement statement, String question, String answer) throws SQLException {
            try (ResultSet result = statement.executeQuery(question)) {
                if (!result.next() || !answer.equals(result.getString(1))) {
                    throw new SQLException(question + " is not " + answer);
                }
            }
        }

        void debit(byte[] id) throws BenchException {
            mutex.lock();
            try {
                debit.run(id);
                connection.commit();
            } catch (SQLException e) {
                throw new BenchException("SQLite", e);
            } finally {
                mutex.unlock();
            }
        }

        void close() throws BenchException {
            try {
                connection.close();
            } catch (SQLException e) {
                throw new BenchException("SQLite", e);
            }
        }
    }

    /** What the debit is in SQL: the record, its id unique, and the registers row; refused when funds are short. */
    static final class SqlDebit {

        private final PreparedStatement insert;
        private final PreparedStatement update;
        private final byte[] body;

        SqlDebit(Connection connection, String bytes, int recordBytes) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CREATE TABLE records(sequence INTEGER PRIMARY KEY, id " + bytes
                        + "(16) NOT NULL UNIQUE, body " + bytes + "(1000) NOT NULL)");
                statement.execute("CREATE TABLE registers(meter INTEGER PRIMARY KEY, sequence BIGINT NOT NULL, ascending BIGINT"
                        + " NOT NULL, descending BIGINT NOT NULL, pieces BIGINT NOT NULL, hash " + bytes + "(32) NOT NULL)");
            }
            try (PreparedStatement start = connection.prepareStatement("INSERT INTO registers VALUES(1, 0, 0, ?, 0, ?)")) {
                start.setLong(1, Meter.FUNDS_MILS);
                start.setBytes(2, new byte[32]);
                start.executeUpdate();
            }
            connection.commit();
            insert = connection.prepareStatement(
                    "INSERT INTO records SELECT sequence + 1, ?, ? FROM registers WHERE meter = 1");
            update = connection.prepareStatement("UPDATE registers SET sequence = sequence + 1, ascending = ascending + ?,"
                    + " descending = descending - ?, pieces = pieces + 1, hash = ? WHERE meter = 1 AND descending >= ?");
            // as much as the vault's record holds beside the id; made in advance, so hash and MAC cost the peer nothing
            body = new byte[recordBytes - 16];
        }

        void run(byte[] id) throws SQLException {
            System.arraycopy(id, 0, body, 0, id.length);
            insert.setBytes(1, id);
            insert.setBytes(2, body);
            update.setLong(1, Meter.PIECE_MILS);
            update.setLong(2, Meter.PIECE_MILS);
            update.setBytes(3, java.util.Arrays.copyOf(id, 32));
            update.setLong(4, Meter.PIECE_MILS);
            if (insert.executeUpdate() != 1 || update.executeUpdate() != 1) {
                throw new SQLException("debit was not done");
            }
        }
    }
}
