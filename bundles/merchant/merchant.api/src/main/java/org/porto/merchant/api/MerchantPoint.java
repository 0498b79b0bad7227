// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.api;

import java.util.Currency;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;

/** Thread-safe; one purchase at a time. */
@ProviderType
public interface MerchantPoint {

    DeviceId merchant();

    /** Of every purchase here. */
    Currency currency();

    boolean enrolled();

    void enrol(String enrolmentCode) throws RefusedException, UncertainException;

    /**
     * Takes a payment from the inserted card. The same id and contents bring the same answer.
     *
     * @throws UncertainException {@code MER-002}: the card may have paid; it is resolved when it comes again
     */
    Purchase purchase(TransactionId transaction, Money amount, String reader) throws RefusedException, UncertainException;

    /** Asks the inserted card about every open purchase of its. @return those that ended */
    List<Purchase> resolve(String reader) throws RefusedException, UncertainException;

    /** Newest first. */
    List<Purchase> purchases(int max) throws RefusedException;

    /** Sends an unanswered batch again, else makes and sends one of all paid purchases. */
    Batch submit() throws RefusedException, UncertainException;

    List<Batch> batches() throws RefusedException;
}
