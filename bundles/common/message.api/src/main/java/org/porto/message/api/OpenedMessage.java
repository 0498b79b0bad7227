// SPDX-License-Identifier: Apache-2.0
package org.porto.message.api;

/**
 * A message whose signature was checked with the key in its own certificate; whether that certificate is trusted is the
 * caller's to check.
 *
 * @param type what the payload is, for example {@code porto.tms.request}
 * @param payload the bytes that were sealed
 * @param senderCertificate X.509, DER
 */
public record OpenedMessage(String type, byte[] payload, byte[] senderCertificate) {

    public OpenedMessage {
        payload = payload.clone();
        senderCertificate = senderCertificate.clone();
    }

    @Override
    public byte[] payload() {
        return payload.clone();
    }

    @Override
    public byte[] senderCertificate() {
        return senderCertificate.clone();
    }
}
