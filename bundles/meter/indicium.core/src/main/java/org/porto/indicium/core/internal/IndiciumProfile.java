// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import org.porto.crypto.api.CertificateInfo;
import org.porto.indicium.api.IndiciumData;
import org.porto.model.api.RefusedException;

/** One layout of the signed record (rule F2). A service; private until a second bundle wants to bring one. */
interface IndiciumProfile {

    /** For example {@code full-1}. */
    String name();

    /** Whether these bytes look like a record of this profile. */
    boolean claims(byte[] record);

    /** @throws RefusedException {@code IND-004} when a value does not fit its field */
    byte[] sign(IndiciumData data) throws RefusedException;

    /** Parses and checks device and signature; plausibility is the caller's. */
    IndiciumData open(byte[] record, CertificateInfo meter) throws RefusedException;
}
