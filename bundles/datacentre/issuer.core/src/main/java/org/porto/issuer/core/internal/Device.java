// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import org.porto.crypto.api.CertificateRole;
import org.porto.issuer.api.DeviceInfo;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;

/** A device on the books. Arrays are never changed once here; {@code publicKey} is empty before enrolment. */
record Device(
        DeviceId id,
        CertificateRole role,
        CustomerId customer,
        String payoutIban,
        byte[] wrappedCode,
        int failedAttempts,
        byte[] publicKey,
        byte[] certificate,
        byte[] cardCertificate) {

    static final int ATTEMPTS_MAX = 10;

    boolean enrolled() {
        return publicKey.length > 0;
    }

    boolean codeBurnt() {
        return failedAttempts >= ATTEMPTS_MAX;
    }

    Device failedOnce() {
        return new Device(
                id, role, customer, payoutIban, wrappedCode, failedAttempts + 1, publicKey, certificate, cardCertificate);
    }

    Device enrolled(byte[] key, byte[] x509, byte[] forCards) {
        return new Device(id, role, customer, payoutIban, wrappedCode, failedAttempts, key, x509, forCards);
    }

    DeviceInfo info() {
        return new DeviceInfo(id, role, customer, enrolled() ? "enrolled" : "registered", payoutIban);
    }
}
