// SPDX-License-Identifier: Apache-2.0
package org.porto.card.api;

import org.osgi.annotation.versioning.ProviderType;

/** A reader in exclusive use with its card powered. Used by one thread at a time. */
@ProviderType
public interface CardClaim extends CardChannel, AutoCloseable {

    String readerName();

    byte[] atr();

    /** Powers the card down and gives the reader back. Idempotent. */
    @Override
    void close();
}
