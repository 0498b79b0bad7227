// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.TransactionId;

/** Of the data centre's ledger what settlement asks for: postings, each id once (rule L2). The ledger itself has its own proof. */
final class Refunds implements Ledger {

    private final Map<TransactionId, Posting> posted = new HashMap<>();

    /** What came back to customers, without fees. */
    long mils() {
        return posted.values().stream().filter(p -> p.kind().equals("transfer-refund")).mapToLong(p -> p.amount().mils()).sum();
    }

    @Override
    public Account open(String name, AccountKind kind, Currency currency) {
        return new Account(name, kind, currency, 0, 0);
    }

    @Override
    public Optional<Account> account(String name) {
        return Optional.of(open(name, AccountKind.LIABILITY, World.CHF));
    }

    @Override
    public List<LedgerEntry> post(List<Posting> postings) {
        for (Posting posting : postings) {
            Posting known = posted.putIfAbsent(posting.id(), posting);
            Judge.require(known == null || known.equals(posting), "another posting under the same id");
        }
        return List.of();
    }

    @Override
    public List<Account> accounts() {
        throw new UnsupportedOperationException();
    }

    @Override
    public LedgerEntry reserve(Posting posting) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LedgerEntry postPending(TransactionId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public LedgerEntry voidPending(TransactionId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<LedgerEntry> find(TransactionId id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<LedgerEntry> statement(String account, long fromNumber, int max) {
        throw new UnsupportedOperationException();
    }

    @Override
    public long verify() {
        throw new UnsupportedOperationException();
    }
}
