// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.api;

import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/** Checks what a scanner read; needs the meter's certificate only, not the meter. Thread-safe. */
@ProviderType
public interface IndiciumVerifier {

    /**
     * @param scanned the bytes out of the symbol
     * @param meterCertificate X.509 of the meter, DER
     * @throws RefusedException {@code IND-001} unreadable, {@code IND-002} signature wrong, {@code IND-003} another device,
     *     {@code IND-004} implausible
     */
    IndiciumData verify(byte[] scanned, byte[] meterCertificate) throws RefusedException;

    /** Finds and reads the Data Matrix in a picture (PNG) or a page (PDF). @throws RefusedException {@code IND-001} */
    byte[] scan(java.nio.file.Path file) throws RefusedException;
}
