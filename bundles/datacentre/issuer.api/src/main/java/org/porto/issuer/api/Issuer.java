// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.api;

import java.util.List;
import java.util.Optional;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.crypto.api.CertificateRole;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;

/** Thread-safe; everything durable on return. */
@ProviderType
public interface Issuer {

    /** X.509 root of the issuer, DER. Made at first use. */
    byte[] issuerCertificate() throws RefusedException;

    /** X.509 of the data centre, DER; its key is {@code device} in the key service. */
    byte[] datacentreCertificate() throws RefusedException;

    /** Registers a customer; the same one again is fine. */
    void customer(CustomerId customer, String name) throws RefusedException;

    List<CustomerId> customers() throws RefusedException;

    /**
     * Registers a device before it enrols.
     *
     * @param payoutIban for a merchant, else empty
     * @return its one-time enrolment code; the same code again while it is not used
     */
    String register(DeviceId device, CertificateRole role, CustomerId customer, String payoutIban) throws RefusedException;

    /** Certifies a device's key. The same key and code bring the same answer (after a lost reply). */
    Enrolment enrol(DeviceId device, CertificateRole role, String code, byte[] publicKey) throws RefusedException;

    /** Checks that a certificate is in force for a registered device. @throws RefusedException {@code CRY-001}, {@code ISS-008} */
    DeviceInfo authenticate(byte[] certificate) throws RefusedException;

    Optional<DeviceInfo> device(DeviceId device) throws RefusedException;

    List<DeviceInfo> devices() throws RefusedException;

    /**
     * Personalises the blank card in the issuer's reader.
     *
     * @param label label of the blank in the drawer, or of a real card whose transport key is there
     * @param pin 4 to 8 digits; the caller zeroes it
     */
    CardInfo issueCard(String label, CustomerId customer, Money balanceMax, Money transactionMax, char[] pin)
            throws RefusedException, UncertainException;

    Optional<CardInfo> card(CardId card) throws RefusedException;

    List<CardInfo> cards() throws RefusedException;

    /** Authorises a relation between meter and card (rule T2); the same one again is fine. */
    PairingInfo pair(DeviceId meter, CardId card, Money transferMax) throws RefusedException;

    List<PairingInfo> pairings(DeviceId meter) throws RefusedException;

    /**
     * Signs an order and encrypts it to its card (rule R1); the sequence is given here and rises per card.
     *
     * @param detail see {@code org.porto.protocol.card.CardOrder}
     * @return the order's sequence and the envelope
     */
    SealedOrder seal(CardId card, int kind, byte[] authorisationId, int notAfterDay, byte[] detail) throws RefusedException;

    /** Whether the card signed this. @param derSignature as cards make it */
    boolean signedBy(CardId card, byte[] body, byte[] derSignature) throws RefusedException;

    /** @param envelope see {@code org.porto.protocol.card.CardOrderEnvelope} */
    record SealedOrder(long sequence, byte[] envelope) {}
}
