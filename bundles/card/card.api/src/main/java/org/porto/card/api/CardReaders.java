// SPDX-License-Identifier: Apache-2.0
package org.porto.card.api;

import java.time.Duration;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/** Registry of readers. Thread-safe. */
@ProviderType
public interface CardReaders {

    /** All slots of all drivers, best first: matching drivers, a card inside, then by name. */
    List<ReaderInfo> list();

    /**
     * Claims a reader with a card and powers the card up. A driver swap waits until the claim is closed (rule D2).
     *
     * @param reader name as listed, or empty for the best reader with a card
     * @param wait how long to wait for a reader in use; for a missing card it does not wait
     * @throws RefusedException {@code CRD-001} to {@code CRD-004}, {@code CRD-008}
     */
    CardClaim claim(String reader, Duration wait) throws RefusedException;
}
