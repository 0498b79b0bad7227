// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * The statements of one writing transaction. The row of the chain head is locked first and accounts in order of name, so
 * writers of any number of processes queue up and cannot deadlock.
 */
final class Book {

    private record Known(Row row, boolean twoPhase, String state) {}

    private final Connection connection;
    private final long micros;
    private long number;
    private String hash;
    private final Map<String, Account> accounts = new TreeMap<>();
    private final List<Row> rows = new ArrayList<>();
    private final List<String> hashes = new ArrayList<>();
    private final Map<String, Known> fresh = new HashMap<>();

    Book(Connection connection, long micros) throws SQLException, RefusedException {
        this.connection = connection;
        this.micros = micros;
        try (PreparedStatement head =
                        connection.prepareStatement("SELECT entry_no, hash FROM chain_head WHERE id = 1 FOR UPDATE");
                ResultSet row = head.executeQuery()) {
            if (!row.next()) {
                throw new RefusedException(LedgerCode.CHAIN_BROKEN, "chain head is gone");
            }
            number = row.getLong(1);
            hash = row.getString(2);
        }
    }

    static Optional<Account> account(Connection connection, String name, boolean lock) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT name, kind, currency, balance, pending_out FROM account WHERE name = ?" + (lock ? " FOR UPDATE" : ""))) {
            query.setString(1, name);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(account(row)) : Optional.empty();
            }
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

    static Optional<LedgerEntry> find(Connection connection, TransactionId id) throws SQLException {
        return known(connection, id.value()).map(known -> known.row().entry(known.state()));
    }

    private static Optional<Known> known(Connection connection, String id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT " + Row.COLUMNS
                + ", t.two_phase, t.state FROM transfer t JOIN journal j ON j.entry_no = t.entry_no WHERE t.id = ?")) {
            query.setString(1, id);
            try (ResultSet row = query.executeQuery()) {
                return row.next()
                        ? Optional.of(new Known(Row.of(row), row.getInt(11) == 1, row.getString(12)))
                        : Optional.empty();
            }
        }
    }

    Account open(String name, AccountKind kind, Currency currency) throws SQLException, RefusedException {
        Optional<Account> there = account(connection, name, true);
        if (there.isPresent()) {
            if (there.get().kind() != kind || !there.get().currency().equals(currency)) {
                throw new RefusedException(LedgerCode.ACCOUNT_EXISTS, name);
            }
            return there.get();
        }
        try (PreparedStatement insert = connection.prepareStatement(
                "INSERT INTO account (name, kind, currency, balance, pending_out) VALUES (?, ?, ?, 0, 0)")) {
            insert.setString(1, name);
            insert.setString(2, kind.name());
            insert.setString(3, currency.getCurrencyCode());
            insert.executeUpdate();
        }
        return new Account(name, kind, currency, 0, 0);
    }

    List<LedgerEntry> book(List<Posting> postings, boolean twoPhase) throws SQLException, RefusedException {
        TreeSet<String> names = new TreeSet<>();
        for (Posting posting : postings) {
            names.add(posting.debit());
            names.add(posting.credit());
        }
        lock(names);
        List<LedgerEntry> entries = new ArrayList<>();
        for (Posting posting : postings) {
            entries.add(bookOne(posting, twoPhase));
        }
        flush();
        return entries;
    }

    private LedgerEntry bookOne(Posting posting, boolean twoPhase) throws SQLException, RefusedException {
        String id = posting.id().value();
        Known known = fresh.get(id);
        if (known == null) {
            known = known(connection, id).orElse(null);
        }
        if (known != null) {
            if (known.twoPhase() != twoPhase || !known.row().sameContents(posting)) {
                throw new RefusedException(LedgerCode.ID_TAKEN, id);
            }
            return known.row().entry(known.state());
        }
        Account debit = open(posting.debit());
        Account credit = open(posting.credit());
        long amount = posting.amount().mils();
        Currency currency = posting.amount().currency();
        if (!debit.currency().equals(currency) || !credit.currency().equals(currency)) {
            throw new RefusedException(
                    LedgerCode.CURRENCY_WRONG, posting.amount() + " from " + debit.name() + " to " + credit.name());
        }
        if (debit.kind() != AccountKind.ASSET && debit.availableMils() < amount) {
            throw new RefusedException(LedgerCode.FUNDS_SHORT, debit.name());
        }
        if (twoPhase) {
            hold(debit, amount);
        } else {
            move(debit.name(), credit.name(), amount);
        }
        String state = twoPhase ? "pending" : "posted";
        Row row = Row.of(append(), state, micros, posting);
        add(row);
        fresh.put(id, new Known(row, twoPhase, state));
        return row.entry(state);
    }

    LedgerEntry end(TransactionId id, boolean post) throws SQLException, RefusedException {
        Known known = known(connection, id.value())
                .filter(Known::twoPhase)
                .orElseThrow(() -> new RefusedException(LedgerCode.PENDING_UNKNOWN, id.value()));
        String wanted = post ? "posted" : "voided";
        if (known.state().equals(wanted)) {
            return known.row().entry(wanted);
        }
        if (!known.state().equals("pending")) {
            throw new RefusedException(LedgerCode.PENDING_ENDED, id + " is " + known.state());
        }
        Row row = known.row();
        lock(new TreeSet<>(List.of(row.debit(), row.credit())));
        hold(open(row.debit()), Math.negateExact(row.amount()));
        if (post) {
            move(row.debit(), row.credit(), row.amount());
        }
        add(row.follow(append(), post ? "post" : "void", micros));
        flush();
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE transfer SET state = ? WHERE id = ? AND state = 'pending'")) {
            update.setString(1, wanted);
            update.setString(2, id.value());
            one(update.executeUpdate());
        }
        return row.entry(wanted);
    }

    private void lock(Collection<String> names) throws SQLException {
        for (String name : names) {
            Optional<Account> account = account(connection, name, true);
            if (account.isPresent()) {
                accounts.put(name, account.get());
            }
        }
    }

    private Account open(String name) throws RefusedException {
        Account account = accounts.get(name);
        if (account == null) {
            throw new RefusedException(LedgerCode.ACCOUNT_UNKNOWN, name);
        }
        return account;
    }

    /** What is reserved counts only where taking is bounded. */
    private void hold(Account debit, long amount) {
        if (debit.kind() != AccountKind.ASSET) {
            accounts.put(debit.name(), new Account(debit.name(), debit.kind(), debit.currency(), debit.postedMils(),
                    Math.addExact(debit.pendingOutMils(), amount)));
        }
    }

    private void move(String debit, String credit, long amount) throws RefusedException {
        change(open(debit), amount, true);
        change(open(credit), amount, false);
    }

    private void change(Account account, long amount, boolean debited) throws RefusedException {
        try {
            long posted = debited == (account.kind() == AccountKind.ASSET)
                    ? Math.addExact(account.postedMils(), amount)
                    : Math.subtractExact(account.postedMils(), amount);
            accounts.put(account.name(), new Account(
                    account.name(), account.kind(), account.currency(), posted, account.pendingOutMils()));
        } catch (ArithmeticException e) {
            throw new RefusedException(LedgerCode.AMOUNT_NOT_ALLOWED, account.name() + " would overflow", e);
        }
    }

    private long append() {
        number = Math.addExact(number, 1);
        return number;
    }

    private void add(Row row) {
        hash = Chain.next(hash, row);
        rows.add(row);
        hashes.add(hash);
    }

    private void flush() throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement journal = connection.prepareStatement("INSERT INTO journal (entry_no, event, transfer_id,"
                        + " booked_micros, debit, credit, amount, currency, kind, reference, hash)"
                        + " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)");
                PreparedStatement transfer = connection.prepareStatement(
                        "INSERT INTO transfer (id, entry_no, two_phase, state) VALUES (?, ?, ?, ?)")) {
            for (int i = 0; i < rows.size(); i++) {
                Row row = rows.get(i);
                journal.setLong(1, row.number());
                journal.setString(2, row.event());
                journal.setString(3, row.id());
                journal.setLong(4, row.micros());
                journal.setString(5, row.debit());
                journal.setString(6, row.credit());
                journal.setLong(7, row.amount());
                journal.setString(8, row.currency());
                journal.setString(9, row.kind());
                journal.setString(10, row.reference());
                journal.setString(11, hashes.get(i));
                journal.addBatch();
                if (row.event().equals("posted") || row.event().equals("pending")) {
                    transfer.setString(1, row.id());
                    transfer.setLong(2, row.number());
                    transfer.setInt(3, row.event().equals("pending") ? 1 : 0);
                    transfer.setString(4, row.event());
                    transfer.addBatch();
                }
            }
            journal.executeBatch();
            transfer.executeBatch();
        }
        try (PreparedStatement update =
                connection.prepareStatement("UPDATE account SET balance = ?, pending_out = ? WHERE name = ?")) {
            for (Account account : accounts.values()) {
                update.setLong(1, account.postedMils());
                update.setLong(2, account.pendingOutMils());
                update.setString(3, account.name());
                one(update.executeUpdate());
            }
        }
        try (PreparedStatement head =
                connection.prepareStatement("UPDATE chain_head SET entry_no = ?, hash = ? WHERE id = 1")) {
            head.setLong(1, number);
            head.setString(2, hash);
            one(head.executeUpdate());
        }
    }

    private static void one(int rowsChanged) throws SQLException {
        if (rowsChanged != 1) {
            throw new SQLException(rowsChanged + " rows changed instead of one");
        }
    }
}
