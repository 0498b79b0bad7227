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

    /**
     * Looks for the debit of a verified indicium in an exported register log (docs/register-log.md), offline: the whole file is
     * read, its hash chain followed and its arithmetic checked, without the vault or its keys. Blocks for about a second per 100,000
     * records.
     *
     * @param data what {@link #verify} gave
     * @return the record that paid for it
     * @throws RefusedException {@code IND-007} no such piece, {@code IND-008} value, registers or rate are others, {@code IND-009}
     *     the log is unreadable, cut, changed or of another device
     */
    LoggedDebit find(IndiciumData data, java.nio.file.Path exportedLog) throws RefusedException;

    /** Finds and reads the Data Matrix in a picture (PNG) or a page (PDF). @throws RefusedException {@code IND-001} */
    byte[] scan(java.nio.file.Path file) throws RefusedException;

    /**
     * Every Data Matrix on a picture or on the pages of a PDF (the first 20), as a sheet of scanned mail has them.
     *
     * @return their bytes, each once, in the order of pages
     * @throws RefusedException {@code IND-001} when there is none
     */
    java.util.List<byte[]> scanAll(java.nio.file.Path file) throws RefusedException;

    /** Name of the profile that these bytes look like. @throws RefusedException {@code IND-001} */
    String profile(byte[] scanned) throws RefusedException;
}
