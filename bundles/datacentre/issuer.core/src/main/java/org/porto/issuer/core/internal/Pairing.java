// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;

/** A relation on the books; its secret is wrapped. */
record Pairing(DeviceId meter, CardId card, byte[] wrappedSecret, long transferMilsMax, byte[] envelope) {}
