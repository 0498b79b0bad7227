// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.api;

import org.osgi.annotation.versioning.ConsumerType;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;

/** One layout of the signed record (rule F2). Registered as an OSGi service; whoever brings one adds a profile. Thread-safe. */
@ConsumerType
public interface IndiciumProfile {

    /** For example {@code full-1}; unique, {@code [a-z0-9-]{1,32}}. */
    String name();

    /** Whether these bytes look like a record of this profile; at most one profile says so. */
    boolean claims(byte[] record);

    /** @throws RefusedException {@code IND-004} when a value does not fit its field */
    byte[] sign(IndiciumData data) throws RefusedException;

    /**
     * Parses, and checks device and signature; plausibility is the caller's.
     *
     * @param meter subject of the meter's certificate
     * @param publicKey of the meter, SubjectPublicKeyInfo, DER
     * @throws RefusedException {@code IND-001} to {@code IND-003}
     */
    IndiciumData open(byte[] record, DeviceId meter, byte[] publicKey) throws RefusedException;

    default SymbolShape shape() {
        return SymbolShape.SMALLEST_SQUARE;
    }

    /** Whether the record carries registers, currency, date and rate; where it does not, {@link IndiciumData} has stand-ins. */
    default boolean saysAll() {
        return true;
    }
}
