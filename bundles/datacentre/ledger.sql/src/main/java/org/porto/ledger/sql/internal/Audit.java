// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
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

    private record Transfer(Row row, boolean twoPhase, String state) {}

    private final Connection connection;
    private final Map<String, Transfer> pending = new HashMap<>();
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
                ResultSet row = statement.executeQuery("SELECT name, kind, currency, balance, pending_out FROM account")) {
            while (row.next()) {
                Account account = Book.account(row);
                accounts.put(account.name(), account);
            }
        }
        walk();
        head();
        balances();
        return number;
    }

    private void walk() throws SQLException, RefusedException {
        try (Statement statement = connection.createStatement()) {
            statement.setFetchSize(FETCH_ROWS);
            try (ResultSet row = statement.executeQuery("SELECT " + Row.COLUMNS + ", j.hash, t.two_phase, t.state, t.entry_no"
                    + " FROM journal j LEFT JOIN transfer t ON t.id = j.transfer_id ORDER BY j.entry_no")) {
                while (row.next()) {
                    link(Row.of(row), row.getString(11));
                    transfer(Row.of(row), row.getInt(12) == 1, row.getString(13), row.getLong(14));
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

    private void transfer(Row row, boolean twoPhase, String state, long entry) throws RefusedException {
        if (state == null) {
            throw broken(row.number(), "has no transfer");
        }
        boolean begins = row.event().equals("posted") || row.event().equals("pending");
        if (begins && (entry != row.number() || twoPhase != row.event().equals("pending"))) {
            throw broken(row.number(), "and its transfer differ");
        }
        switch (row.event()) {
            case "posted" -> {
                if (!state.equals("posted")) {
                    throw broken(row.number(), "is posted, its transfer " + state);
                }
                move(row);
            }
            case "pending" -> {
                pending.put(row.id(), new Transfer(row, true, state));
                hold(row.debit(), row.amount());
            }
            default -> {
                Transfer begun = pending.remove(row.id());
                if (begun == null || !begun.row().follow(row.number(), row.event(), row.micros()).equals(row)) {
                    throw broken(row.number(), "ends no reservation of the same contents");
                }
                if (!state.equals(row.event().equals("post") ? "posted" : "voided")) {
                    throw broken(row.number(), "and the state of its transfer differ");
                }
                hold(row.debit(), -row.amount());
                if (row.event().equals("post")) {
                    move(row);
                }
            }
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
        for (Transfer left : pending.values()) {
            if (!left.state().equals("pending")) {
                throw broken(left.row().number(), "was never ended, its transfer is " + left.state());
            }
        }
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT entry_no, hash FROM chain_head")) {
            if (!row.next() || row.getLong(1) != number || !row.getString(2).equals(hash)) {
                throw new RefusedException(LedgerCode.CHAIN_BROKEN, "the chain ends at entry " + number + ", its head elsewhere");
            }
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
