// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.math.BigInteger;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.LedgerCode;
import org.porto.model.api.RefusedException;

/**
 * Reads a {@link Book} and writes what was booked in it, both in one transaction. The row of the chain head is locked first: writers
 * of any number of processes queue up there and need no other lock. A few round trips, however many acts there are.
 */
final class Tables {

    static final String ACCOUNT_COLUMNS = "name, kind, currency, balance, pending_out";

    private Tables() {}

    /** The newest entry's number and hash. */
    record Head(long number, String hash) {}

    static Head lockHead(Connection connection) throws SQLException, RefusedException {
        try (PreparedStatement head =
                        connection.prepareStatement("SELECT entry_no, hash FROM chain_head WHERE id = 1 FOR UPDATE");
                ResultSet row = head.executeQuery()) {
            if (!row.next()) {
                throw new RefusedException(LedgerCode.CHAIN_BROKEN, "chain head is gone");
            }
            return new Head(row.getLong(1), row.getString(2));
        }
    }

    /** Only under the lock of the head. */
    static Book read(Connection connection, Head head, Collection<Act<?>> acts, long micros) throws SQLException {
        TreeSet<String> ids = new TreeSet<>();
        TreeSet<String> names = new TreeSet<>();
        for (Act<?> act : acts) {
            ids.addAll(act.ids());
            names.addAll(act.accounts());
        }
        Map<String, Transfer> transfers = new HashMap<>();
        if (!ids.isEmpty()) {
            try (PreparedStatement query = connection.prepareStatement(
                    "SELECT " + Transfer.COLUMNS + Transfer.TABLES + "WHERE t.id = ANY(?)")) {
                each(connection, query, ids, row -> {
                    Transfer transfer = Transfer.of(row);
                    transfers.put(transfer.row().id(), transfer);
                    if (transfer.pending()) {
                        names.add(transfer.row().debit());
                        names.add(transfer.row().credit());
                    }
                });
            }
        }
        Map<String, Account> accounts = new TreeMap<>();
        if (!names.isEmpty()) {
            try (PreparedStatement query =
                    connection.prepareStatement("SELECT " + ACCOUNT_COLUMNS + " FROM account WHERE name = ANY(?)")) {
                each(connection, query, names, row -> accounts.put(row.getString(1), account(row)));
            }
        }
        return new Book(micros, head.number(), accounts, transfers);
    }

    private interface Each {
        void row(ResultSet row) throws SQLException;
    }

    private static void each(Connection connection, PreparedStatement query, Collection<String> keys, Each each)
            throws SQLException {
        Array array = connection.createArrayOf("VARCHAR", keys.toArray());
        try {
            query.setArray(1, array);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    each.row(row);
                }
            }
        } finally {
            array.free();
        }
    }

    static Account account(ResultSet row) throws SQLException {
        return new Account(
                row.getString(1),
                AccountKind.valueOf(row.getString(2)),
                Currency.getInstance(row.getString(3)),
                row.getLong(4),
                row.getLong(5));
    }

    static Optional<Account> account(Connection connection, String name) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT " + ACCOUNT_COLUMNS + " FROM account WHERE name = ?")) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(account(row)) : Optional.empty();
            }
        }
    }

    /** @return whether there was anything to write */
    static boolean write(Connection connection, Head head, Book book) throws SQLException {
        Collection<Account> changed = book.changed();
        if (changed.isEmpty() && book.rows().isEmpty()) {
            return false;
        }
        balance(book, changed);
        open(connection, book);
        String hash = journal(connection, head.hash(), book);
        transfers(connection, book);
        balances(connection, changed);
        if (!book.rows().isEmpty()) {
            try (PreparedStatement update =
                    connection.prepareStatement("UPDATE chain_head SET entry_no = ?, hash = ? WHERE id = 1")) {
                update.setLong(1, book.rows().get(book.rows().size() - 1).number());
                update.setString(2, hash);
                one(update.executeUpdate());
            }
        }
        return true;
    }

    /** Rules L1 and L3 for this batch, by another way than it was booked: debits equal credits in each currency. */
    private static void balance(Book book, Collection<Account> changed) {
        Map<Currency, BigInteger> sums = new HashMap<>();
        for (Account account : changed) {
            BigInteger change = BigInteger.valueOf(account.postedMils()).subtract(BigInteger.valueOf(book.before(account)));
            sums.merge(account.currency(), account.kind() == AccountKind.ASSET ? change : change.negate(), BigInteger::add);
        }
        if (sums.values().stream().anyMatch(sum -> sum.signum() != 0)) {
            throw new IllegalStateException("a batch that does not balance: " + sums);
        }
    }

    private static void open(Connection connection, Book book) throws SQLException {
        Collection<Account> opened = book.opened();
        if (opened.isEmpty()) {
            return;
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO account (name, kind, currency, balance, pending_out) VALUES (?, ?, ?, 0, 0)")) {
            for (Account account : opened) {
                insert.setString(1, account.name());
                insert.setString(2, account.kind().name());
                insert.setString(3, account.currency().getCurrencyCode());
                insert.addBatch();
            }
            ones(insert.executeBatch());
        }
    }

    private static String journal(Connection connection, String before, Book book) throws SQLException {
        String hash = before;
        if (book.rows().isEmpty()) {
            return hash;
        }
        try (PreparedStatement insert = connection.prepareStatement("INSERT INTO journal (entry_no, event, transfer_id,"
                + " booked_micros, debit, credit, amount, currency, kind, reference, expires_micros, phase, hash)"
                + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
            for (Row row : book.rows()) {
                hash = Chain.next(hash, row);
                insert.setLong(1, row.number());
                insert.setString(2, row.event());
                insert.setString(3, row.id());
                insert.setLong(4, row.micros());
                insert.setString(5, row.debit());
                insert.setString(6, row.credit());
                insert.setLong(7, row.amount());
                insert.setString(8, row.currency());
                insert.setString(9, row.kind());
                insert.setString(10, row.reference());
                expires(insert, 11, row);
                insert.setInt(12, row.begins() ? 1 : 2);
                insert.setString(13, hash);
                insert.addBatch();
            }
            ones(insert.executeBatch());
        }
        return hash;
    }

    private static void transfers(Connection connection, Book book) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO transfer (id, entry_no, two_phase, state, reserved, settled) VALUES (?, ?, ?, ?, ?, ?)");
                PreparedStatement end = connection.prepareStatement(
                        "UPDATE transfer SET state = ?, settled = ? WHERE id = ? AND state = 'pending'");
                PreparedStatement reserve = connection.prepareStatement(
                        "INSERT INTO reservation (id, entry_no, expires_micros) VALUES (?, ?, ?)");
                PreparedStatement release = connection.prepareStatement("DELETE FROM reservation WHERE id = ?")) {
            int inserted = 0;
            int ended = 0;
            int reserved = 0;
            int released = 0;
            for (Row row : book.rows()) {
                Transfer transfer = book.transfer(row.id());
                boolean fresh = book.isNew(row.id());
                if (row.begins()) {
                    insert.setString(1, row.id());
                    insert.setLong(2, row.number());
                    insert.setInt(3, transfer.twoPhase() ? 1 : 0);
                    insert.setString(4, transfer.state());
                    amount(insert, 5, transfer.twoPhase() ? row.amount() : 0);
                    amount(insert, 6, transfer.settled());
                    insert.addBatch();
                    inserted++;
                    if (transfer.pending()) {
                        reserve.setString(1, row.id());
                        reserve.setLong(2, row.number());
                        expires(reserve, 3, row);
                        reserve.addBatch();
                        reserved++;
                    }
                } else if (!fresh) {
                    end.setString(1, transfer.state());
                    amount(end, 2, transfer.settled());
                    end.setString(3, row.id());
                    end.addBatch();
                    ended++;
                    release.setString(1, row.id());
                    release.addBatch();
                    released++;
                }
            }
            run(insert, inserted);
            run(end, ended);
            run(reserve, reserved);
            run(release, released);
        }
    }

    private static void balances(Connection connection, Collection<Account> changed) throws SQLException {
        if (changed.isEmpty()) {
            return;
        }
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE account SET balance = ?, pending_out = ? WHERE name = ?")) {
            for (Account account : changed) {
                update.setLong(1, account.postedMils());
                update.setLong(2, account.pendingOutMils());
                update.setString(3, account.name());
                update.addBatch();
            }
            ones(update.executeBatch());
        }
    }

    private static void expires(PreparedStatement statement, int index, Row row) throws SQLException {
        amount(statement, index, row.expires());
    }

    /** Zero is none. */
    private static void amount(PreparedStatement statement, int index, long value) throws SQLException {
        if (value == 0) {
            statement.setNull(index, Types.BIGINT);
        } else {
            statement.setLong(index, value);
        }
    }

    private static void run(PreparedStatement statement, int batched) throws SQLException {
        if (batched > 0) {
            ones(statement.executeBatch());
        }
    }

    private static void ones(int[] changed) throws SQLException {
        for (int rows : changed) {
            one(rows);
        }
    }

    private static void one(int rowsChanged) throws SQLException {
        // A driver that rewrites batches may not know the number.
        if (rowsChanged != 1 && rowsChanged != java.sql.Statement.SUCCESS_NO_INFO) {
            throw new SQLException(rowsChanged + " rows changed instead of one");
        }
    }
}
