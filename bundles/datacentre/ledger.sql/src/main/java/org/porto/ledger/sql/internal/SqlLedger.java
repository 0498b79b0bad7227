// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Double-entry ledger in H2 or PostgreSQL (rules L1, L2, L4). */
@Component(name = "org.porto.ledger.sql", service = Ledger.class, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LedgerConfig.class)
public final class SqlLedger implements Ledger {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9:-]{1,64}");
    private static final int KIND_MAX = 32;
    private static final int REFERENCE_MAX = 128;
    private static final int POSTINGS_MAX = 10_000;

    private final Database database;
    private final InstantSource time;

    @Activate
    public SqlLedger(LedgerConfig config, @Reference InstantSource time) throws RefusedException {
        this(config.url(), config.user(), config.password(), time);
    }

    SqlLedger(String url, String user, String password, InstantSource time) throws RefusedException {
        this.time = time;
        this.database = new Database(url, user, password);
        boolean ready = false;
        try {
            database.write(Schema::migrate);
            ready = true;
        } finally {
            if (!ready) {
                database.close();
            }
        }
    }

    @Deactivate
    void close() {
        database.close();
    }

    @Override
    public Account open(String name, AccountKind kind, Currency currency) throws RefusedException {
        if (!NAME.matcher(name).matches()) {
            throw new RefusedException(LedgerCode.TEXT_NOT_ALLOWED, "account name");
        }
        Optional<Account> there = account(name);
        if (there.isPresent() && there.get().kind() == kind && there.get().currency().equals(currency)) {
            return there.get();
        }
        return database.write(c -> new Book(c, micros()).open(name, kind, currency));
    }

    @Override
    public Optional<Account> account(String name) throws RefusedException {
        return database.read(c -> Book.account(c, name, false));
    }

    @Override
    public List<Account> accounts() throws RefusedException {
        return database.read(c -> {
            List<Account> all = new ArrayList<>();
            try (PreparedStatement query = c.prepareStatement("SELECT name, kind, currency, balance, pending_out FROM account");
                    ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    all.add(Book.account(row));
                }
            }
            // The order of the database depends on its collation.
            all.sort(java.util.Comparator.comparing(Account::name));
            return List.copyOf(all);
        });
    }

    @Override
    public List<LedgerEntry> post(List<Posting> postings) throws RefusedException {
        if (postings.size() > POSTINGS_MAX) {
            throw new RefusedException(LedgerCode.AMOUNT_NOT_ALLOWED, postings.size() + " postings at once");
        }
        for (Posting posting : postings) {
            check(posting);
        }
        return List.copyOf(database.write(c -> new Book(c, micros()).book(postings, false)));
    }

    @Override
    public LedgerEntry reserve(Posting posting) throws RefusedException {
        check(posting);
        return database.write(c -> new Book(c, micros()).book(List.of(posting), true)).get(0);
    }

    @Override
    public LedgerEntry postPending(TransactionId id) throws RefusedException {
        return database.write(c -> new Book(c, micros()).end(id, true));
    }

    @Override
    public LedgerEntry voidPending(TransactionId id) throws RefusedException {
        return database.write(c -> new Book(c, micros()).end(id, false));
    }

    @Override
    public Optional<LedgerEntry> find(TransactionId id) throws RefusedException {
        return database.read(c -> Book.find(c, id));
    }

    @Override
    public List<LedgerEntry> statement(String account, long fromNumber, int max) throws RefusedException {
        if (max < 1 || max > 10_000) {
            throw new IllegalArgumentException("max is 1 to 10000, not " + max);
        }
        return database.read(c -> {
            if (Book.account(c, account, false).isEmpty()) {
                throw new RefusedException(LedgerCode.ACCOUNT_UNKNOWN, account);
            }
            List<LedgerEntry> entries = new ArrayList<>();
            try (PreparedStatement query = c.prepareStatement("SELECT " + Row.COLUMNS + ", t.state FROM journal j"
                    + " JOIN transfer t ON t.entry_no = j.entry_no"
                    + " WHERE (j.debit = ? OR j.credit = ?) AND j.entry_no >= ? ORDER BY j.entry_no FETCH FIRST " + max
                    + " ROWS ONLY")) {
                query.setString(1, account);
                query.setString(2, account);
                query.setLong(3, fromNumber);
                try (ResultSet row = query.executeQuery()) {
                    while (row.next()) {
                        entries.add(Row.of(row).entry(row.getString(11)));
                    }
                }
            }
            return List.copyOf(entries);
        });
    }

    @Override
    public long verify() throws RefusedException {
        return database.read(c -> new Audit(c).verify());
    }

    private long micros() {
        return ChronoUnit.MICROS.between(Instant.EPOCH, time.instant());
    }

    private static void check(Posting posting) throws RefusedException {
        if (posting.amount().isZero()) {
            throw new RefusedException(LedgerCode.AMOUNT_NOT_ALLOWED, "zero");
        }
        if (posting.debit().equals(posting.credit())) {
            throw new RefusedException(LedgerCode.AMOUNT_NOT_ALLOWED, "debit and credit are both " + posting.debit());
        }
        text(posting.kind(), KIND_MAX, "kind");
        text(posting.reference(), REFERENCE_MAX, "reference");
    }

    private static void text(String text, int max, String what) throws RefusedException {
        if (text.length() > max || text.chars().anyMatch(c -> Character.isISOControl(c) || Character.isSurrogate((char) c))) {
            throw new RefusedException(LedgerCode.TEXT_NOT_ALLOWED, what + ", at most " + max + " characters");
        }
    }
}
