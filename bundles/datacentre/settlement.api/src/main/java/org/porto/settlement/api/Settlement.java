// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Thread-safe; everything durable on return; everything repeatable. */
@ProviderType
public interface Settlement {

    /** Books a refill from the customer's deposit to the meter's float. @return host reference. @throws RefusedException LED-004 … */
    String refill(DeviceId meter, long refillNumber, TransactionId transaction, Money amount) throws RefusedException;

    /**
     * Books a meter's records in order from the one after the last booked; earlier ones are skipped, a gap is refused.
     *
     * @return sequence of the last record booked
     */
    long book(DeviceId meter, List<MeterRecord> records) throws RefusedException;

    /** Remembers the registers last reported, for the float identity. */
    void report(DeviceId meter, long sequence, long descendingMils, long inTransitMils) throws RefusedException;

    /** Books a card-paid franking receipt: card float to meter float. Repeatable. @throws RefusedException {@code SET-002} … */
    void cardPaid(DeviceId meter, byte[] receipt) throws RefusedException;

    /** Books a merchant's batch: card float to merchant. */
    BatchResult batch(DeviceId merchant, long batchNumber, List<byte[]> receipts, long totalMils) throws RefusedException;

    /**
     * Takes what a meter reports in doubt, all of it: one that is no longer named was ended by its card. A transfer that was ordered as done and
     * turns out not to be on its card is refunded: card float (and fees) to the customer's deposit, once.
     *
     * @throws RefusedException {@code SET-010}; a report that contradicts an earlier one or an order is put on record and changes nothing
     */
    void inDoubt(DeviceId meter, List<ReportedDoubt> reports) throws RefusedException;

    /**
     * Takes the signed receipt of a recharge or burn that a card has applied as evidence: its number was given to no load.
     *
     * @param receipt {@code org.porto.protocol.card.ApplyReceipt} with signature, of an order that moves value
     * @throws RefusedException {@code SET-002}
     */
    void applied(byte[] receipt) throws RefusedException;

    /** Newest 10000: what is open first, the oldest of it on top, then what has ended. */
    List<Doubt> doubts() throws RefusedException;

    /**
     * Orders how a transfer in doubt ends (rule T7). Nothing is booked here: the meter obeys, and its records are booked as always. As
     * undone only with a receipt of the card that proves that it never had the value; as done only after the waiting time,
     * since then the value follows the card, wherever it is, and none is made. The same order again brings the same answer.
     *
     * @param reason 1 to 200 characters, for the record
     * @throws RefusedException {@code SET-012} to {@code SET-017}
     */
    Doubt settle(TransactionId transfer, boolean done, String reason) throws RefusedException;

    /** Signed orders that this meter has not obeyed yet: {@code org.porto.protocol.tms.SettlementOrder}s. */
    List<byte[]> orders(DeviceId meter) throws RefusedException;

    /** One signed order, to be carried by hand. @throws RefusedException {@code SET-012} when none was given */
    byte[] order(TransactionId transfer) throws RefusedException;

    FloatReport floatReport() throws RefusedException;
}
