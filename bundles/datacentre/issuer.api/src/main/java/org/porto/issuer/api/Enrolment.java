// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

/** What an enrolled device gets. All DER but the card certificate (see {@code CardCertificate}, with signature). */
public record Enrolment(
        DeviceInfo device, byte[] certificate, byte[] cardCertificate, byte[] issuerCertificate, byte[] listKey) {}
