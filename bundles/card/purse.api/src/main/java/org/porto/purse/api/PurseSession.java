// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;

/**
 * A secure session with a recognised card. One thread at a time. After any failed exchange it is dead ({@code PUR-004});
 * closing it ends it on the host side, a reset or a new selection ends it on the card.
 */
@ProviderType
public interface PurseSession extends AutoCloseable {

    CardId card();

    /** Whether it came by pairing (else by certificates). */
    boolean paired();

    /** Whether the card answered to the next secret of a transfer in doubt: it was applied. */
    boolean appliedInDoubt();

    /** First 8 bytes of SHA-256 over "PORTO-ROUTE" and the card's public point: how the recharge queue finds its envelopes. */
    byte[] routingTag() throws RefusedException;

    PurseStatus status() throws RefusedException;

    /** As the card told it when it was recognised, where it did; else it is asked now. Before anything changes in this session. */
    default PurseStatus statusAtOpening() throws RefusedException {
        return status();
    }

    /** Only when paired. */
    PairState pairState() throws RefusedException;

    /** @param pin 4 to 8 digits; the caller zeroes it. @throws RefusedException {@code PUR-005} with tries left, {@code -006} */
    void verifyPin(char[] pin) throws RefusedException;

    /** @throws RefusedException as {@link #verifyPin} */
    void changePin(char[] present, char[] wanted) throws RefusedException;

    /** Prepares a load and computes the next secret. Only when paired. Nothing changes on the card. */
    LoadOrder prepareLoad(
            org.porto.model.api.TransactionId transaction, org.porto.model.api.Money amount, java.time.LocalDate day)
            throws RefusedException;

    /**
     * Loads: credited on the card, and its receipt verified, on return (rule T5). Needs the PIN in this session.
     *
     * @throws RefusedException the card did nothing: {@code PUR-007}, {@code -008}, {@code -010} to {@code -013}
     * @throws UncertainException the reply was lost: ask at the next meeting by {@link #pairState}
     */
    void load(LoadOrder order) throws RefusedException, UncertainException;

    /**
     * Debits. Only in a certified session.
     *
     * @return the card's signed {@link org.porto.protocol.card.DebitReceipt}, verified, encoded with its signature
     * @throws RefusedException the card did nothing: {@code PUR-009} to {@code -013}
     * @throws UncertainException the reply was lost: ask by {@link #proveDebit}
     */
    byte[] debit(DebitOrder order) throws RefusedException, UncertainException;

    /**
     * As {@link #proveDebit(long, long)} where the card's transaction number before the debit is not known: {@code PUR-019} once
     * the card has made ten debits and this is none of them.
     */
    Optional<byte[]> proveDebit(long peerTransaction) throws RefusedException;

    /**
     * The receipt of an earlier debit by this peer (of kind UNDO when it was undone), empty when the card never did it and never
     * will (rule T6).
     *
     * @param cardTransactionBefore {@link PurseStatus#cardTransaction} read before the debit was ordered
     * @throws RefusedException {@code PUR-019} when the card's log of ten debits no longer reaches back to then: nothing is proved
     */
    Optional<byte[]> proveDebit(long peerTransaction, long cardTransactionBefore) throws RefusedException;

    /** Takes the last debit by this peer back, once, while it is the card's last value change; a signed receipt of kind UNDO. */
    byte[] undoDebit(long peerTransaction, org.porto.model.api.TransactionId transaction)
            throws RefusedException, UncertainException;

    /**
     * Offers a data-centre order.
     *
     * @return the card's signed {@link org.porto.protocol.card.ApplyReceipt}, verified where this session knows the card's key,
     *     encoded with its signature; every result is in there, applied or not
     * @throws RefusedException {@code PUR-014} when the card cannot open or verify the envelope
     * @throws UncertainException the reply was lost: offer it again, the card answers USED or APPLIED (rule R5)
     */
    byte[] apply(byte[] envelope) throws RefusedException, UncertainException;

    /**
     * Shows the card a public key of data centre or issuer, for an order in this session that names it ({@code PUR-020} without).
     *
     * @param publicKey SubjectPublicKeyInfo, P-256
     * @throws RefusedException {@code PUR-015} when the card does not take it
     */
    default void showKey(byte[] publicKey) throws RefusedException {
        throw new RefusedException(PurseCode.STATE_FORBIDS, "this session shows no keys");
    }

    /** Newest first. */
    List<PurseLogEntry> log() throws RefusedException;

    @Override
    void close();
}
