// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;
import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.CardId;

/** The meter's pairings, searched for the card that showed a handle. */
@ConsumerType
public interface PairingBook {

    /** One secret that may be the card's present one: the known one, or the next one of a transfer in doubt. */
    record Candidate(CardId card, boolean next, SecretBytes secret) {}

    /** Candidates that show this handle (see {@link Purses#shows}); empty when none. The caller closes the secrets. */
    List<Candidate> find(byte[] handle);
}
