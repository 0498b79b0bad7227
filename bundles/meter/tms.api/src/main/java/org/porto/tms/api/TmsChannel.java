// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.api;

import java.util.List;
import java.util.Map;
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

    /** All card certificates of this identity, by the issuer's newest key first. @throws RefusedException {@code TMS-003} */
    default List<byte[]> cardCertificates(String keyName) throws RefusedException {
        return List.of(cardCertificate(keyName));
    }

    /**
     * The issuer's keys by version, SubjectPublicKeyInfo, as far as this identity was told of them; under 0 one for any version.
     *
     * @throws RefusedException {@code TMS-003}
     */
    default Map<Integer, byte[]> issuerKeys(String keyName) throws RefusedException {
        return Map.of(0, issuerPublicKey());
    }

    /** Keys that an order to a card may name, SubjectPublicKeyInfo: newest first, few. */
    default List<byte[]> keysToShow(String keyName) throws RefusedException {
        return List.of();
    }

    /** Number of the set of keys that this identity holds, 0 for none; rises with each roll-over. */
    default long keysNumber(String keyName) throws RefusedException {
        return 0;
    }

    /**
     * Fetches the newest set of keys, with card certificates to match (rule S4). It is taken when it continues the one held and the
     * issuer's key that was pinned vouches for it; durable on return.
     *
     * @throws RefusedException {@code TMS-002} when it is not so
     * @throws UncertainException as {@link #exchange}; nothing is changed, repeat it
     */
    default void refreshKeys(String keyName) throws RefusedException, UncertainException {}

    /** {@link #refreshKeys(String)} for every identity of this appliance that holds an older set than that. */
    default void refreshKeys(long number) throws RefusedException, UncertainException {}
}
