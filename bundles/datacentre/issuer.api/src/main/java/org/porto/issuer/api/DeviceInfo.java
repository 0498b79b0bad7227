// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

import org.porto.crypto.api.CertificateRole;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;

/** @param state {@code registered}, {@code enrolled} or {@code revoked} */
public record DeviceInfo(DeviceId device, CertificateRole role, CustomerId customer, String state, String payoutIban) {}
