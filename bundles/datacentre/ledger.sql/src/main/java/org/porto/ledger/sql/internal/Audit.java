// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.LedgerCode;
import org.porto.model.api.RefusedException;

/** Walks the whole journal and works out again everything that the other tables say (rule L4). */
final class Audit {

    private static final int FETCH_ROWS = 1000;

    /** What the table of transfers says about an entry; zero where it says nothing. */
    private record Stored(boolean twoPhase, String state, long entry, long reserved, long settled) {}

    private final Connection connection;
    private final Map<String, Row> pending = new HashMap<>();
    private final Map<String, Long> posted = new HashMap<>();
    private final Map<String, Long> reserved = new HashMap<>();
    private final Map<String, Account> accounts = new TreeMap<>();
    private long number;
    private String hash = Chain.START;

    Audit(Connection connection) {
        this.connection = connection;
    }

    long verify() throws SQLException, RefusedException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT " + Tables.ACCOUNT_COLUMNS + " FROM account")) {
            while (row.next()) {
                Account account = Tables.account(row);
                accounts.put(account.name(), account);
            }
        }
        walk();
        head();
        reservations();
        balances();
        return number;
    }

    private void walk() throws SQLException, RefusedException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet row = statement.executeQuery("SELECT " + Row.COLUMNS + ", j.hash, t.two_phase, t.state, t.entry_no,"
                    + " t.reserved, t.settled FROM journal j LEFT JOIN transfer t ON t.id = j.transfer_id ORDER BY j.entry_no")) {
                while (row.next()) {
                    Row entry = Row.of(row);
                    link(entry, row.getString(Row.COLUMN_COUNT + 1));
                    transfer(entry, new Stored(
                            row.getInt(Row.COLUMN_COUNT + 2) == 1,
                            row.getString(Row.COLUMN_COUNT + 3),
                            row.getLong(Row.COLUMN_COUNT + 4),
                            row.getLong(Row.COLUMN_COUNT + 5),
                            row.getLong(Row.COLUMN_COUNT + 6)));
                }
            }
            try (ResultSet row = statement.executeQuery("SELECT COUNT(*) FROM transfer t LEFT JOIN journal j"
                    + " ON j.entry_no = t.entry_no AND j.transfer_id = t.id WHERE j.entry_no IS NULL")) {
                row.next();
                if (row.getLong(1) != 0) {
                    throw new RefusedException(LedgerCode.CHAIN_BROKEN, "transfers without a journal entry");
                }
            }
        }
    }

    private void link(Row row, String stored) throws RefusedException {
        if (row.number() != number + 1) {
            throw broken(number + 1, "is missing");
        }
        number = row.number();
        hash = Chain.next(hash, row);
        if (!hash.equals(stored)) {
            throw broken(number, "does not fit its hash");
        }
    }

    private void transfer(Row row, Stored stored) throws RefusedException {
        if (stored.state() == null) {
            throw broken(row.number(), "has no transfer");
        }
        boolean pends = row.event().equals("pending");
        if (row.begins()
                && (stored.entry() != row.number() || stored.twoPhase() != pends || stored.reserved() != (pends ? row.amount() : 0))) {
            throw broken(row.number(), "and its transfer differ");
        }
        switch (row.event()) {
            case "posted" -> {
                if (!stored.state().equals("posted") || stored.settled() != 0) {
                    throw broken(row.number(), "is posted, its transfer " + stored.state());
                }
                move(row);
            }
            case "pending" -> {
                pending.put(row.id(), row);
                hold(row.debit(), row.amount());
            }
            default -> end(row, stored);
        }
    }

    private void end(Row row, Stored stored) throws RefusedException {
        Row begun = pending.remove(row.id());
        boolean posts = row.event().equals("post");
        if (begun == null
                || !begun.end(row.number(), row.event(), row.micros(), row.amount()).equals(row)
                || row.amount() > begun.amount()
                || (!posts && row.amount() != begun.amount())) {
            throw broken(row.number(), "ends no reservation of the same contents");
        }
        boolean late = begun.expires() != Row.NEVER && row.micros() >= begun.expires();
        if ((posts && late) || (row.event().equals("expire") && !late)) {
            throw broken(row.number(), "comes at the wrong side of the reservation's time");
        }
        String state = switch (row.event()) {
            case "post" -> "posted";
            case "void" -> "voided";
            case "expire" -> "expired";
            default -> "";
        };
        if (!stored.state().equals(state) || stored.settled() != (posts ? row.amount() : 0)) {
            throw broken(row.number(), "and the state of its transfer differ");
        }
        hold(row.debit(), -begun.amount());
        if (posts) {
            move(row);
        }
    }

    private void move(Row row) throws RefusedException {
        add(row, row.debit(), true);
        add(row, row.credit(), false);
    }

    private void add(Row row, String name, boolean debited) throws RefusedException {
        Account account = accounts.get(name);
        if (account == null || !account.currency().getCurrencyCode().equals(row.currency())) {
            throw broken(row.number(), "and account " + name + " differ");
        }
        long signed = debited == (account.kind() == AccountKind.ASSET) ? row.amount() : -row.amount();
        posted.merge(name, signed, Math::addExact);
    }

    private void hold(String name, long amount) {
        Account account = accounts.get(name);
        if (account != null && account.kind() != AccountKind.ASSET) {
            reserved.merge(name, amount, Math::addExact);
        }
    }

    private void head() throws SQLException, RefusedException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT entry_no, hash FROM chain_head")) {
            if (!row.next() || row.getLong(1) != number || !row.getString(2).equals(hash)) {
                throw new RefusedException(LedgerCode.CHAIN_BROKEN, "the chain ends at entry " + number + ", its head elsewhere");
            }
        }
    }

    /** What was begun and not ended: the same in the journal, in the transfers and in the table of reservations. */
    private void reservations() throws SQLException, RefusedException {
        Map<Long, Row> open = new HashMap<>();
        pending.values().forEach(row -> open.put(row.number(), row));
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT r.entry_no, r.id, r.expires_micros, t.state FROM reservation r"
                        + " JOIN transfer t ON t.id = r.id")) {
            while (row.next()) {
                Row begun = open.remove(row.getLong(1));
                if (begun == null
                        || !begun.id().equals(row.getString(2))
                        || begun.expires() != row.getLong(3)
                        || !row.getString(4).equals("pending")) {
                    throw broken(row.getLong(1), "and its reservation differ");
                }
            }
        }
        if (!open.isEmpty()) {
            throw broken(Collections.min(open.keySet()), "was never ended, and is not among the reservations");
        }
    }

    private void balances() throws RefusedException {
        Map<String, BigInteger> sums = new TreeMap<>();
        for (Account account : accounts.values()) {
            long balance = posted.getOrDefault(account.name(), 0L);
            long held = reserved.getOrDefault(account.name(), 0L);
            if (balance != account.postedMils() || held != account.pendingOutMils()) {
                throw new RefusedException(LedgerCode.OUT_OF_BALANCE, account.name() + " holds " + account.postedMils()
                        + " mils, its entries make " + balance);
            }
            if (account.kind() != AccountKind.ASSET && balance < held) {
                throw new RefusedException(LedgerCode.OUT_OF_BALANCE, account.name() + " is below zero");
            }
            BigInteger side = BigInteger.valueOf(account.postedMils());
            sums.merge(account.currency().getCurrencyCode(),
                    account.kind() == AccountKind.ASSET ? side : side.negate(), BigInteger::add);
        }
        for (Map.Entry<String, BigInteger> sum : sums.entrySet()) {
            if (sum.getValue().signum() != 0) {
                throw new RefusedException(LedgerCode.OUT_OF_BALANCE, sum.getKey() + " by " + sum.getValue() + " mils");
            }
        }
    }

    private static RefusedException broken(long entry, String why) {
        return new RefusedException(LedgerCode.CHAIN_BROKEN, "entry " + entry + " " + why);
    }
}
