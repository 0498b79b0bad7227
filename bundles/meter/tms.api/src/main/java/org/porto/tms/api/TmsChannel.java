// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.api;

import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;

/**
 * Sealed messages to the host and fetches of public lists, for any device that is enrolled under its own key name. Payloads are
 * encoded {@code org.porto.protocol.tms.TmsMessage}s. Thread-safe.
 */
@ProviderType
public interface TmsChannel {

    /**
     * Seals, sends, opens, checks the host's certificate. Tries again on connection failures within the time limit (30 s).
     *
     * @param keyName key in the key service, for example {@code device} or {@code merchant}
     * @throws RefusedException {@code TMS-001}: surely not received; {@code TMS-002}
     * @throws UncertainException {@code TMS-006}: sent, no answer
     */
    byte[] exchange(String keyName, byte[] payload) throws RefusedException, UncertainException;

    /**
     * Enrols a further identity of this appliance (for example its merchant point): key, X.509 and card certificate end up in
     * the key service, the card certificate as trusted entry {@code <keyName>-card}.
     *
     * @return the encoded answer of the host
     */
    byte[] enrol(String keyName, org.porto.model.api.DeviceId device, String role, String enrolmentCode)
            throws RefusedException, UncertainException;

    /** The newest list since a version held (0: a snapshot), as published: {@code org.porto.protocol.recharge.AuthorisationList}. */
    byte[] fetchList(long heldVersion) throws RefusedException;

    /** Key that signs lists, SubjectPublicKeyInfo. @throws RefusedException {@code TMS-003} */
    byte[] listKey() throws RefusedException;

    /** What this identity shows to cards: card certificate with signature. @throws RefusedException {@code TMS-003} */
    byte[] cardCertificate(String keyName) throws RefusedException;

    /** Public key of the pinned data centre, SubjectPublicKeyInfo: it signs settlement orders. @throws RefusedException {@code TMS-003} */
    default byte[] datacentrePublicKey() throws RefusedException {
        throw new RefusedException(TmsCode.NOT_ENROLLED, "this channel knows no data centre");
    }

    /** Public key of the issuer, SubjectPublicKeyInfo. @throws RefusedException {@code TMS-003} */
    byte[] issuerPublicKey() throws RefusedException;
}
