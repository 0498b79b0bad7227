// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.core.internal;

import java.time.Instant;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Two-phase transfers in memory. */
final class FakeLedger implements Ledger {

    final Map<String, Account> accounts = new TreeMap<>();
    final Map<TransactionId, LedgerEntry> entries = new HashMap<>();
    boolean down;

    void fund(String name, Currency currency, long mils) {
        accounts.put(name, new Account(name, AccountKind.LIABILITY, currency, mils, 0));
    }

    @Override
    public Account open(String name, AccountKind kind, Currency currency) throws RefusedException {
        up();
        return accounts.computeIfAbsent(name, n -> new Account(n, kind, currency, 0, 0));
    }

    @Override
    public Optional<Account> account(String name) {
        return Optional.ofNullable(accounts.get(name));
    }

    @Override
    public List<Account> accounts() {
        return List.copyOf(accounts.values());
    }

    @Override
    public List<LedgerEntry> post(List<Posting> postings) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LedgerEntry reserve(Posting posting) throws RefusedException {
        up();
        LedgerEntry known = entries.get(posting.id());
        if (known != null) {
            if (known.amountMils() != posting.amount().mils() || !known.credit().equals(posting.credit())) {
                throw new RefusedException(LedgerCode.ID_TAKEN);
            }
            return known;
        }
        Account debit = accounts.get(posting.debit());
        if (debit.availableMils() < posting.amount().mils()) {
            throw new RefusedException(LedgerCode.FUNDS_SHORT);
        }
        add(posting.debit(), 0, posting.amount().mils());
        return put(posting.id(), posting.debit(), posting.credit(), posting.amount().mils(), "pending");
    }

    @Override
    public LedgerEntry postPending(TransactionId id) throws RefusedException {
        up();
        LedgerEntry known = entries.get(id);
        if (known == null) {
            throw new RefusedException(LedgerCode.PENDING_UNKNOWN);
        }
        if (known.state().equals("posted")) {
            return known;
        }
        add(known.debit(), -known.amountMils(), -known.amountMils());
        add(known.credit(), known.amountMils(), 0);
        return put(id, known.debit(), known.credit(), known.amountMils(), "posted");
    }

    @Override
    public LedgerEntry voidPending(TransactionId id) {
        LedgerEntry known = entries.get(id);
        add(known.debit(), 0, -known.amountMils());
        return put(id, known.debit(), known.credit(), known.amountMils(), "voided");
    }

    @Override
    public Optional<LedgerEntry> find(TransactionId id) {
        return Optional.ofNullable(entries.get(id));
    }

    @Override
    public List<LedgerEntry> statement(String account, long fromNumber, int max) {
        return List.of();
    }

    @Override
    public long verify() {
        return entries.size();
    }

    private void up() throws RefusedException {
        if (down) {
            throw new RefusedException(LedgerCode.DATABASE_FAILED);
        }
    }

    private void add(String name, long posted, long pending) {
        Account a = accounts.get(name);
        accounts.put(
                name,
                new Account(name, a.kind(), a.currency(), a.postedMils() + posted, a.pendingOutMils() + pending));
    }

    private LedgerEntry put(TransactionId id, String debit, String credit, long mils, String state) {
        LedgerEntry entry = new LedgerEntry(
                entries.size() + 1L, id, Instant.EPOCH, debit, credit, mils, "EUR", "recharge", "", state);
        entries.put(id, entry);
        return entry;
    }
}
