// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.math.BigDecimal;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.FloatLine;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Reservation;
import org.porto.ledger.api.StatementRange;
import org.porto.ledger.api.TrialLine;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** The queries behind lists, statements and sums. */
final class Reports {

    private final Connection connection;

    Reports(Connection connection) {
        this.connection = connection;
    }

    List<Account> accounts() throws SQLException {
        List<Account> all = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT " + Tables.ACCOUNT_COLUMNS + " FROM account");
                ResultSet row = query.executeQuery()) {
            while (row.next()) {
                all.add(Tables.account(row));
            }
        }
        // The order of the database depends on its collation.
        all.sort(Comparator.comparing(Account::name));
        return List.copyOf(all);
    }

    Optional<LedgerEntry> find(TransactionId id) throws SQLException {
        try (PreparedStatement query =
                connection.prepareStatement("SELECT " + Transfer.COLUMNS + Transfer.TABLES + "WHERE t.id = ?")) {
            query.setString(1, id.value());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(Transfer.of(row).entry()) : Optional.empty();
            }
        }
    }

    List<LedgerEntry> statement(StatementRange range) throws SQLException, RefusedException {
        if (Tables.account(connection, range.account()).isEmpty()) {
            throw new RefusedException(LedgerCode.ACCOUNT_UNKNOWN, range.account());
        }
        // Each side by its index; an entry has an account on one side only.
        String side = "(SELECT " + Transfer.COLUMNS + Transfer.TABLES + "WHERE j.%s = ? AND j.entry_no >= ?"
                + " AND j.booked_micros >= ? AND j.booked_micros < ? ORDER BY j.entry_no FETCH FIRST " + range.max() + " ROWS ONLY)";
        try (PreparedStatement query = connection.prepareStatement(String.format(side, "debit") + " UNION ALL "
                + String.format(side, "credit") + " ORDER BY 1 FETCH FIRST " + range.max() + " ROWS ONLY")) {
            for (int at = 0; at < 8; at += 4) {
                query.setString(at + 1, range.account());
                query.setLong(at + 2, range.fromNumber());
                query.setLong(at + 3, Row.micros(range.from()));
                query.setLong(at + 4, Row.micros(range.to()));
            }
            List<LedgerEntry> entries = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    entries.add(Transfer.of(row).entry());
                }
            }
            return List.copyOf(entries);
        }
    }

    List<TrialLine> trialBalance() throws SQLException {
        return accounts().stream()
                .map(a -> new TrialLine(
                        a.name(),
                        a.kind(),
                        a.currency().getCurrencyCode(),
                        side(a, AccountKind.ASSET == a.kind()),
                        side(a, AccountKind.ASSET != a.kind())))
                .toList();
    }

    /** An asset below zero stands on the other side. */
    private static long side(Account account, boolean own) {
        return own == account.postedMils() >= 0 ? Math.abs(account.postedMils()) : 0;
    }

    List<FloatLine> floatIdentity(long fromNumber, long toNumber) throws SQLException {
        Map<String, long[]> sums = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement("SELECT j.currency, COUNT(*) FROM journal j"
                + " WHERE j.entry_no BETWEEN ? AND ? GROUP BY j.currency")) {
            query.setLong(1, fromNumber);
            query.setLong(2, toNumber);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    sums.put(row.getString(1), new long[] {row.getLong(2), 0, 0, 0, 0});
                }
            }
        }
        for (String side : new String[] {"debit", "credit"}) {
            try (PreparedStatement query = connection.prepareStatement("SELECT j.currency, a.name, a.kind, SUM(j.amount)"
                    + " FROM journal j JOIN account a ON a.name = j." + side + " WHERE j.event IN ('posted', 'post')"
                    + " AND j.entry_no BETWEEN ? AND ? GROUP BY j.currency, a.name, a.kind")) {
                query.setLong(1, fromNumber);
                query.setLong(2, toNumber);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        add(sums.get(row.getString(1)), row.getString(2), row.getBigDecimal(4), side.equals("debit"));
                    }
                }
            }
        }
        return sums.entrySet().stream()
                .map(e -> new FloatLine(
                        e.getKey(), e.getValue()[0], e.getValue()[1], e.getValue()[2], e.getValue()[3], e.getValue()[4]))
                .toList();
    }

    private static void add(long[] sums, String account, BigDecimal amount, boolean debited) {
        int at = account.startsWith(AccountNames.CARD_FLOATS) ? 1
                : account.startsWith(AccountNames.METER_FLOATS) ? 2
                : account.equals(AccountNames.IN_TRANSIT) ? 3 : 4;
        long mils = amount.longValueExact();
        // Floats grow by credits; what covers them, counted as assets are, by debits.
        sums[at] = Math.addExact(sums[at], debited == (at == 4) ? mils : -mils);
    }

    List<Reservation> open(long after, int max) throws SQLException {
        return reservations("r.entry_no > ? ORDER BY r.entry_no", after, max);
    }

    /** Those whose time is over, the oldest limit first. */
    List<Reservation> due(long micros, int max) throws SQLException {
        return reservations("r.expires_micros <= ? ORDER BY r.expires_micros, r.entry_no", micros, max);
    }

    private List<Reservation> reservations(String where, long bound, int max) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement("SELECT " + Transfer.COLUMNS
                + " FROM reservation r JOIN transfer t ON t.id = r.id JOIN journal j ON j.entry_no = t.entry_no WHERE " + where
                + " FETCH FIRST " + max + " ROWS ONLY")) {
            query.setLong(1, bound);
            List<Reservation> found = new ArrayList<>();
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    found.add(reservation(Transfer.of(row)));
                }
            }
            return List.copyOf(found);
        }
    }

    Optional<Reservation> reservation(TransactionId id) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT " + Transfer.COLUMNS + Transfer.TABLES + "WHERE t.id = ? AND t.state = 'pending'")) {
            query.setString(1, id.value());
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(reservation(Transfer.of(row))) : Optional.empty();
            }
        }
    }

    private static Reservation reservation(Transfer transfer) {
        long expires = transfer.row().expires();
        return new Reservation(transfer.entry(), expires == Row.NEVER ? Optional.empty() : Optional.of(Row.time(expires)));
    }
}
