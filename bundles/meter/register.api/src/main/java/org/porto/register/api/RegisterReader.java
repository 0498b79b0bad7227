// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** To look. Thread-safe. Every read checks rule V2 first. */
@ProviderType
public interface RegisterReader {

    /** @throws RefusedException {@code REG-010}, {@code REG-012}, {@code REG-014} when the vault cannot be trusted */
    Registers registers() throws RefusedException;

    /** Records from a sequence number on, oldest first. @param max 1 to 10000 */
    List<RegisterRecord> log(long fromSequence, int max) throws RefusedException;

    Optional<RegisterRecord> find(TransactionId transaction) throws RefusedException;

    /** Everything in T, oldest first. */
    List<TransitItem> inTransit() throws RefusedException;

    /** Walks every record: CRC, chain, MAC, rule V2, arithmetic. @return how many; @throws RefusedException {@code REG-018} */
    long verify() throws RefusedException;
}
