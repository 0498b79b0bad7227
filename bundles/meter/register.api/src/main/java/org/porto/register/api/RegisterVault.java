// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;

/** To spend. Thread-safe. */
@ProviderType
public interface RegisterVault extends RegisterReader {

    /**
     * Makes one change. On return it is durable in both stores (rules V3, V4). The same id with the same operation brings the
     * same record again; with another operation it is refused.
     *
     * @throws RefusedException nothing changed; the code says why
     * @throws UncertainException a store failed in the middle: {@link #find} it after the vault has reopened
     */
    RegisterRecord post(TransactionId transaction, RegisterOperation operation) throws RefusedException, UncertainException;
}
