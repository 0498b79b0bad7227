// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;

/** A predetermined relation, as the issuer keeps it. The caller closes the secret. */
public record PairingInfo(DeviceId meter, CardId card, SecretBytes firstSecret, long transferMilsMax, byte[] cardEnvelope) {}
