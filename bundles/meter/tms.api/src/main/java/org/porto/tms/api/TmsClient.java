// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.api;

import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;

/** Meter side. Thread-safe; one session at a time. Blocks at most 30 s a message. */
@ProviderType
public interface TmsClient {

    /** Whether this device has its certificate. */
    boolean enrolled();

    /**
     * Gets the device its certificate and sets its vault up. Repeatable with the same code until it succeeded.
     *
     * @throws RefusedException {@code TMS-001}, {@code TMS-004}, or the host's code
     */
    void enrol(String enrolmentCode) throws RefusedException, UncertainException;

    /**
     * Refills. An unanswered refill stays pending: it is asked again first, under its own number, and another amount is refused
     * ({@code TMS-005}) until it has ended (rule S3).
     *
     * @param transaction client-made id; the same one brings the same result
     * @throws UncertainException {@code TMS-006}: call {@link #resolve} or repeat
     */
    RefillResult refill(TransactionId transaction, Money amount) throws RefusedException, UncertainException;

    /** Ends a pending refill, if there is one. @return whether there was one */
    boolean resolve() throws RefusedException, UncertainException;

    /** Uploads, fetches pairings and the authorisation list, renews the inspection deadline (rule S4). */
    SyncResult sync() throws RefusedException, UncertainException;
}
