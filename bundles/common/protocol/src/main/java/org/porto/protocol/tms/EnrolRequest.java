// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/**
 * A new device asks for its certificate. The message is sealed under a self-signed certificate of the same key, to the host
 * certificate that was pinned at set-up; the one-time code came another way.
 *
 * @param role METER or MERCHANT
 * @param publicKey SubjectPublicKeyInfo, DER
 */
public record EnrolRequest(String nonce, String device, String role, String enrolmentCode, byte[] publicKey)
        implements TmsMessage {}
