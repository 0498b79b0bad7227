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

    FloatReport floatReport() throws RefusedException;
}
