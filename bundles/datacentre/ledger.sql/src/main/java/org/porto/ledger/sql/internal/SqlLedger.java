// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import javax.sql.DataSource;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.Books;
import org.porto.ledger.api.FloatLine;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.ledger.api.Reservation;
import org.porto.ledger.api.Reservations;
import org.porto.ledger.api.StatementRange;
import org.porto.ledger.api.TrialLine;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Double-entry ledger in H2 or PostgreSQL (rules L1, L2, L4). */
@Component(
        name = "org.porto.ledger.sql",
        service = {Ledger.class, Reservations.class, Books.class},
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = LedgerConfig.class)
public final class SqlLedger implements Ledger, Reservations, Books {

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9:-]{1,64}");
    private static final int KIND_MAX = 32;
    private static final int REFERENCE_MAX = 128;
    private static final int POSTINGS_MAX = 10_000;
    private static final int ROWS_MAX = 10_000;

    /** @param batch acts in one transaction at most; @param expiry zero: nobody ends reservations but {@link #expire} */
    record Setting(int batch, int readers, Duration retry, Duration expiry) {

        Setting {
            if (batch < 1 || batch > 4096 || readers < 1 || readers > 64 || outside(retry, 600) || outside(expiry, 86_400)) {
                throw new IllegalArgumentException("configuration of the ledger out of range");
            }
        }

        private static boolean outside(Duration duration, long secondsMax) {
            return duration.isNegative() || duration.toSeconds() > secondsMax;
        }
    }

    private final Database database;
    private final Committer committer;
    private final Expiry expiry;
    private final InstantSource time;

    @Activate
    public SqlLedger(
            LedgerConfig config,
            @Reference(name = "dataSource", target = "(dataSourceName=ledger)") DataSource source,
            @Reference InstantSource time)
            throws RefusedException {
        this(
                source,
                new Setting(config.batch_max(), config.readers(), Duration.ofSeconds(config.retry_seconds()),
                        Duration.ofSeconds(config.expiry_seconds())),
                time);
    }

    SqlLedger(DataSource source, Setting setting, InstantSource time) throws RefusedException {
        this.time = time;
        this.database = new Database(source, setting.readers(), setting.retry());
        boolean ready = false;
        try {
            database.start();
            ready = true;
        } finally {
            if (!ready) {
                database.close();
            }
        }
        this.committer = new Committer(database, time, setting.batch());
        this.expiry = new Expiry(this, setting.expiry());
    }

    @Deactivate
    void close() {
        expiry.close();
        committer.close();
        database.close();
    }

    // --- booking -------------------------------------------------------------------------------------------------------------

    @Override
    public Account open(String name, AccountKind kind, Currency currency) throws RefusedException {
        if (!NAME.matcher(name).matches()) {
            throw new RefusedException(LedgerCode.TEXT_NOT_ALLOWED, "account name");
        }
        Optional<Account> there = account(name);
        if (there.isPresent() && there.get().kind() == kind && there.get().currency().equals(currency)) {
            return there.get();
        }
        return committer.submit(new Act<>(List.of(), List.of(name), book -> book.open(name, kind, currency)));
    }

    @Override
    public List<LedgerEntry> post(List<Posting> postings) throws RefusedException {
        if (postings.size() > POSTINGS_MAX) {
            throw new RefusedException(LedgerCode.AMOUNT_NOT_ALLOWED, postings.size() + " postings at once");
        }
        List<Posting> fixed = List.copyOf(postings);
        List<String> ids = new ArrayList<>();
        List<String> accounts = new ArrayList<>();
        for (Posting posting : fixed) {
            check(posting);
            ids.add(posting.id().value());
            accounts.add(posting.debit());
            accounts.add(posting.credit());
        }
        return committer.submit(new Act<>(ids, accounts, book -> book.post(fixed)));
    }

    @Override
    public LedgerEntry reserve(Posting posting) throws RefusedException {
        return reserve(posting, Row.NEVER);
    }

    @Override
    public LedgerEntry reserve(Posting posting, Instant expires) throws RefusedException {
        long micros = Row.micros(expires);
        if (micros <= 0) {
            throw new RefusedException(LedgerCode.RESERVATION_EXPIRED, posting.id().value());
        }
        return reserve(posting, micros);
    }

    private LedgerEntry reserve(Posting posting, long expires) throws RefusedException {
        check(posting);
        return committer.submit(new Act<>(
                List.of(posting.id().value()),
                List.of(posting.debit(), posting.credit()),
                book -> book.reserve(posting, expires)));
    }

    @Override
    public LedgerEntry postPending(TransactionId id) throws RefusedException {
        return committer.submit(new Act<>(List.of(id.value()), List.of(), book -> book.postPending(id)));
    }

    @Override
    public LedgerEntry postPart(TransactionId id, Money part) throws RefusedException {
        return committer.submit(new Act<>(List.of(id.value()), List.of(), book -> book.postPart(id, part)));
    }

    @Override
    public LedgerEntry voidPending(TransactionId id) throws RefusedException {
        return committer.submit(new Act<>(List.of(id.value()), List.of(), book -> book.voidPending(id)));
    }

    @Override
    public List<LedgerEntry> expire(int max) throws RefusedException {
        rows(max);
        List<Reservation> due = database.read(c -> new Reports(c).due(Row.micros(time.instant()), max));
        if (due.isEmpty()) {
            return List.of();
        }
        List<String> ids = due.stream().map(r -> r.entry().id().value()).toList();
        return committer.submit(new Act<>(ids, List.of(), book -> book.expire(ids)));
    }

    // --- looking -------------------------------------------------------------------------------------------------------------

    @Override
    public Optional<Account> account(String name) throws RefusedException {
        return database.read(c -> Tables.account(c, name));
    }

    @Override
    public List<Account> accounts() throws RefusedException {
        return database.read(c -> new Reports(c).accounts());
    }

    @Override
    public Optional<LedgerEntry> find(TransactionId id) throws RefusedException {
        return database.read(c -> new Reports(c).find(id));
    }

    @Override
    public List<LedgerEntry> statement(String account, long fromNumber, int max) throws RefusedException {
        return statement(StatementRange.from(account, fromNumber, max));
    }

    @Override
    public List<LedgerEntry> statement(StatementRange range) throws RefusedException {
        return database.read(c -> new Reports(c).statement(range));
    }

    @Override
    public List<Reservation> open(long after, int max) throws RefusedException {
        rows(max);
        return database.read(c -> new Reports(c).open(after, max));
    }

    @Override
    public Optional<Reservation> reservation(TransactionId id) throws RefusedException {
        return database.read(c -> new Reports(c).reservation(id));
    }

    @Override
    public List<TrialLine> trialBalance() throws RefusedException {
        return database.read(c -> new Reports(c).trialBalance());
    }

    @Override
    public List<FloatLine> floatIdentity(long fromNumber, long toNumber) throws RefusedException {
        return database.snapshot(c -> new Reports(c).floatIdentity(fromNumber, toNumber));
    }

    @Override
    public long verify() throws RefusedException {
        return database.snapshot(c -> new Audit(c).verify());
    }

    // --- what no database is asked -------------------------------------------------------------------------------------------

    private static void rows(int max) {
        if (max < 1 || max > ROWS_MAX) {
            throw new IllegalArgumentException("max is 1 to 10000, not " + max);
        }
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
