// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;

/** What service personnel does with a vault beside spending from it. Thread-safe. */
@ProviderType
public interface VaultService {

    /** Always answers, also while the vault is closed or locked: from memory and the file system alone. */
    VaultHealth health();

    /** Where the meter stands between two contacts (rule V7), by its clock. */
    Inspection inspection() throws RefusedException;

    /** Every case file (rule V4) and repair report, oldest first. @throws RefusedException {@code REG-011} */
    List<CaseFile> cases() throws RefusedException;

    /**
     * New records are authenticated under a new version of the key {@code register-mac}; older records stay readable under theirs. The
     * roll-over is a record itself, under the new key, and is durable in both stores on return. The same id makes one roll-over.
     *
     * @return its record; the reference is the key's new version
     * @throws RefusedException {@code REG-008} after the withdrawal
     */
    RegisterRecord rollKey(TransactionId transaction) throws RefusedException, UncertainException;

    /**
     * Walks every record, archived ones first, as {@link RegisterReader#verify}, and tells how far it is.
     *
     * @return how many records
     * @throws RefusedException {@code REG-018} at the first broken one
     */
    long verify(VerifyProgress progress) throws RefusedException;

    /** Told now and then, from the verifying thread. */
    @FunctionalInterface
    interface VerifyProgress {
        void at(long record, long of);
    }
}
