// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * The rules of booking, over that part of the ledger which one transaction of the database has read and locked. A refused act
 * leaves no trace here, whatever was done for it before the refusal.
 */
final class Book {

    private final long micros;
    private final long first;
    private final Map<String, Account> accounts = new TreeMap<>();
    private final Map<String, Transfer> transfers = new HashMap<>();
    private final Map<String, Account> accountsBefore;
    private final Map<String, Transfer> transfersBefore;
    private final List<Row> rows = new ArrayList<>();
    private final Deque<Runnable> undo = new ArrayDeque<>();

    /** @param last number of the newest entry there is */
    Book(long micros, long last, Map<String, Account> accounts, Map<String, Transfer> transfers) {
        this.micros = micros;
        this.first = Math.addExact(last, 1);
        this.accountsBefore = Map.copyOf(accounts);
        this.transfersBefore = Map.copyOf(transfers);
        this.accounts.putAll(accounts);
        this.transfers.putAll(transfers);
    }

    /** All of it or nothing. */
    <T> T run(Act<T> act) throws RefusedException {
        undo.clear();
        boolean done = false;
        try {
            T result = act.step().run(this);
            done = true;
            return result;
        } finally {
            if (!done) {
                while (!undo.isEmpty()) {
                    undo.pop().run();
                }
            }
        }
    }

    // --- what is to be written -----------------------------------------------------------------------------------------------

    /** New entries in order. */
    List<Row> rows() {
        return Collections.unmodifiableList(rows);
    }

    List<Account> opened() {
        return accounts.values().stream().filter(a -> !accountsBefore.containsKey(a.name())).toList();
    }

    /** Accounts with another balance or reservation than before, new ones among them. */
    List<Account> changed() {
        return accounts.values().stream().filter(a -> !a.equals(accountsBefore.get(a.name()))).toList();
    }

    /** Balance before this transaction. */
    long before(Account account) {
        Account before = accountsBefore.get(account.name());
        return before == null ? 0 : before.postedMils();
    }

    Transfer transfer(String id) {
        return transfers.get(id);
    }

    boolean isNew(String id) {
        return !transfersBefore.containsKey(id);
    }

    // --- acts ----------------------------------------------------------------------------------------------------------------

    Account open(String name, AccountKind kind, Currency currency) throws RefusedException {
        Account there = accounts.get(name);
        if (there == null) {
            there = new Account(name, kind, currency, 0, 0);
            put(accounts, name, there);
        } else if (there.kind() != kind || !there.currency().equals(currency)) {
            throw new RefusedException(LedgerCode.ACCOUNT_EXISTS, name);
        }
        return there;
    }

    List<LedgerEntry> post(List<Posting> postings) throws RefusedException {
        List<LedgerEntry> entries = new ArrayList<>();
        for (Posting posting : postings) {
            entries.add(begin(posting, false, Row.NEVER));
        }
        return List.copyOf(entries);
    }

    LedgerEntry reserve(Posting posting, long expires) throws RefusedException {
        return begin(posting, true, expires);
    }

    private LedgerEntry begin(Posting posting, boolean twoPhase, long expires) throws RefusedException {
        String id = posting.id().value();
        Transfer known = transfers.get(id);
        if (known != null) {
            if (known.twoPhase() != twoPhase || !known.row().sameContents(posting, expires)) {
                throw new RefusedException(LedgerCode.ID_TAKEN, id);
            }
            return known.entry();
        }
        if (expires != Row.NEVER && expires <= micros) {
            throw new RefusedException(LedgerCode.RESERVATION_EXPIRED, id);
        }
        Account debit = account(posting.debit());
        Account credit = account(posting.credit());
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
        Row row = Row.of(next(), state, micros, posting, expires);
        add(row);
        Transfer fresh = new Transfer(row, twoPhase, state, 0);
        put(transfers, id, fresh);
        return fresh.entry();
    }

    LedgerEntry postPending(TransactionId id) throws RefusedException {
        return settle(id, reservation(id).row().amount());
    }

    LedgerEntry postPart(TransactionId id, Money part) throws RefusedException {
        Row row = reservation(id).row();
        if (!row.currency().equals(part.currency().getCurrencyCode())) {
            throw new RefusedException(LedgerCode.CURRENCY_WRONG, part + " of a reservation in " + row.currency());
        }
        if (part.isZero() || part.mils() > row.amount()) {
            throw new RefusedException(LedgerCode.AMOUNT_NOT_ALLOWED, part + " of " + row.amount() + " mils reserved");
        }
        return settle(id, part.mils());
    }

    private LedgerEntry settle(TransactionId id, long amount) throws RefusedException {
        Transfer transfer = reservation(id);
        if (transfer.state().equals("posted")) {
            if (transfer.settled() != amount) {
                throw new RefusedException(LedgerCode.ID_TAKEN, id + " was posted with " + transfer.settled() + " mils");
            }
            return transfer.entry();
        }
        if (!transfer.pending() || due(transfer)) {
            throw ended(transfer);
        }
        Row row = transfer.row();
        release(row);
        move(row.debit(), row.credit(), amount);
        return end(transfer, "post", "posted", amount);
    }

    LedgerEntry voidPending(TransactionId id) throws RefusedException {
        Transfer transfer = reservation(id);
        if (transfer.state().equals("voided")) {
            return transfer.entry();
        }
        if (!transfer.pending()) {
            throw ended(transfer);
        }
        release(transfer.row());
        return end(transfer, "void", "voided", transfer.row().amount());
    }

    /** Those of the ids that are still open and whose time is over. */
    List<LedgerEntry> expire(List<String> ids) throws RefusedException {
        List<LedgerEntry> entries = new ArrayList<>();
        for (String id : ids) {
            Transfer transfer = transfers.get(id);
            if (transfer != null && transfer.pending() && due(transfer)) {
                release(transfer.row());
                entries.add(end(transfer, "expire", "expired", transfer.row().amount()));
            }
        }
        return List.copyOf(entries);
    }

    // --- steps ---------------------------------------------------------------------------------------------------------------

    private Transfer reservation(TransactionId id) throws RefusedException {
        Transfer transfer = transfers.get(id.value());
        if (transfer == null || !transfer.twoPhase()) {
            throw new RefusedException(LedgerCode.PENDING_UNKNOWN, id.value());
        }
        return transfer;
    }

    private boolean due(Transfer transfer) {
        return transfer.row().expires() != Row.NEVER && transfer.row().expires() <= micros;
    }

    private static RefusedException ended(Transfer transfer) {
        boolean late = transfer.pending() || transfer.state().equals("expired");
        return new RefusedException(
                late ? LedgerCode.RESERVATION_EXPIRED : LedgerCode.PENDING_ENDED,
                transfer.row().id() + (late ? "" : " is " + transfer.state()));
    }

    private LedgerEntry end(Transfer transfer, String event, String state, long amount) {
        add(transfer.row().end(next(), event, micros, amount));
        Transfer after = transfer.ended(state, state.equals("posted") ? amount : 0);
        put(transfers, transfer.row().id(), after);
        return after.entry();
    }

    private Account account(String name) throws RefusedException {
        Account account = accounts.get(name);
        if (account == null) {
            throw new RefusedException(LedgerCode.ACCOUNT_UNKNOWN, name);
        }
        return account;
    }

    /** What is reserved counts only where taking is bounded. */
    private void hold(Account debit, long amount) {
        if (debit.kind() != AccountKind.ASSET) {
            put(accounts, debit.name(), new Account(debit.name(), debit.kind(), debit.currency(), debit.postedMils(),
                    Math.addExact(debit.pendingOutMils(), amount)));
        }
    }

    private void release(Row row) throws RefusedException {
        hold(account(row.debit()), Math.negateExact(row.amount()));
    }

    private void move(String debit, String credit, long amount) throws RefusedException {
        change(account(debit), amount, true);
        change(account(credit), amount, false);
    }

    private void change(Account account, long amount, boolean debited) throws RefusedException {
        try {
            long posted = debited == (account.kind() == AccountKind.ASSET)
                    ? Math.addExact(account.postedMils(), amount)
                    : Math.subtractExact(account.postedMils(), amount);
            put(accounts, account.name(), new Account(
                    account.name(), account.kind(), account.currency(), posted, account.pendingOutMils()));
        } catch (ArithmeticException e) {
            throw new RefusedException(LedgerCode.AMOUNT_NOT_ALLOWED, account.name() + " would overflow", e);
        }
    }

    private long next() {
        return Math.addExact(first, rows.size());
    }

    private void add(Row row) {
        rows.add(row);
        undo.push(() -> rows.remove(rows.size() - 1));
    }

    private <V> void put(Map<String, V> map, String key, V value) {
        V before = map.put(key, value);
        undo.push(() -> {
            if (before == null) {
                map.remove(key);
            } else {
                map.put(key, before);
            }
        });
    }
}
