// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Thread-safe. Everything is committed and synced on return; nothing is ever half-booked. */
@ProviderType
public interface Ledger {

    /** Opens an account; the same one again is fine. @throws RefusedException {@code LED-002} with other properties */
    Account open(String name, AccountKind kind, Currency currency) throws RefusedException;

    Optional<Account> account(String name) throws RefusedException;

    /** By name. */
    List<Account> accounts() throws RefusedException;

    /** Books all or none, in order. Accounts must be open. A posting of zero is refused. @throws RefusedException {@code LED-*} */
    List<LedgerEntry> post(List<Posting> postings) throws RefusedException;

    /** Reserves: the amount leaves the debit account's available balance only. */
    LedgerEntry reserve(Posting posting) throws RefusedException;

    /** Books a reserved transfer. Repeatable. @throws RefusedException {@code LED-006}, {@code LED-007} when voided, {@code LED-014} */
    LedgerEntry postPending(TransactionId id) throws RefusedException;

    /** Gives a reservation back. Repeatable. @throws RefusedException {@code LED-006}, {@code LED-007} when posted, {@code LED-014} when expired */
    LedgerEntry voidPending(TransactionId id) throws RefusedException;

    Optional<LedgerEntry> find(TransactionId id) throws RefusedException;

    /** Entries that touch an account, oldest first. @param max 1 to 10000 */
    List<LedgerEntry> statement(String account, long fromNumber, int max) throws RefusedException;

    /** Walks the chain, re-adds every balance, checks debits = credits (L4). @return entries; @throws RefusedException LED-009, -011 */
    long verify() throws RefusedException;
}
