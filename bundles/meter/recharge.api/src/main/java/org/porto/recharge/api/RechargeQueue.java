// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.api;

import java.util.Collection;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.purse.api.PurseSession;

/** Thread-safe. Everything is durable on return. */
@ProviderType
public interface RechargeQueue {

    /**
     * Takes a published list in: verifies, adds, buries.
     *
     * @param listKey SubjectPublicKeyInfo
     * @return number of entries waiting after it
     * @throws RefusedException {@code RCH-001} to {@code RCH-003}, {@code RCH-005}
     */
    int accept(byte[] list, byte[] listKey) throws RefusedException;

    /** Version of the newest list taken in, 0 for none. */
    long listVersion();

    /** Hex SHA-256 of the newest list taken in: proves what the station held (rule R3). Empty for none. */
    String listDigest();

    /** @param max 1 to 100000 */
    List<QueueEntry> entries(int max);

    int size();

    /** Offers every entry for this card, lowest order first, until one is not FUTURE-free; records each answer durably. */
    List<RechargeOutcome> serve(PurseSession session) throws RefusedException, UncertainException;

    /** Claims the reader (empty: best), recognises the card by certificates and serves it. */
    List<RechargeOutcome> serve(String reader) throws RefusedException, UncertainException;

    /** Newest first. @param max 1 to 10000 */
    List<RechargeOutcome> outcomes(int max) throws RefusedException;

    /** Removes expired entries, and by id those named; each with its reason on record. @return how many left */
    int purge(Collection<String> entryIds, String reason) throws RefusedException;

    /** Signed receipts not yet acknowledged, oldest first. @param max 1 to 1000 */
    List<byte[]> unacknowledgedReceipts(int max) throws RefusedException;

    /** @param digests hex SHA-256 of receipts that the host holds */
    void acknowledgeReceipts(Collection<String> digests) throws RefusedException;
}
