// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import java.time.LocalDate;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.card.api.CardChannel;
import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;

/** Opens sessions. Thread-safe; a session is not. Each call selects the applet anew, which ends an earlier session. */
@ProviderType
public interface Purses {

    /** @throws RefusedException {@code PUR-001} */
    PublicStatus select(CardChannel channel) throws RefusedException;

    /**
     * Mutual recognition over the pair secret and nonces of both (rule T3; W block 111).
     *
     * @throws RefusedException {@code PUR-002} when the card knows no pairing with this meter or the book none with the card;
     *     {@code PUR-003} when the proof failed: the card counted it
     */
    PurseSession openPaired(CardChannel channel, DeviceId meter, PairingBook book) throws RefusedException;

    /** Mutual recognition by certificates of the issuer. @throws RefusedException {@code PUR-003}, {@code PUR-017} */
    PurseSession openCertified(CardChannel channel, PeerCredentials self, LocalDate today) throws RefusedException;

    /** @throws RefusedException {@code PUR-003} for another transport key, {@code PUR-016} when not blank */
    Personalisation openPersonalisation(CardChannel channel, SecretBytes transportKey) throws RefusedException;

    /**
     * Whether a card with that pair secret showed this handle: 24 bytes that are new at each recognition and mean nothing to whoever does
     * not have the secret.
     */
    boolean shows(SecretBytes pairSecret, byte[] handle);
}
