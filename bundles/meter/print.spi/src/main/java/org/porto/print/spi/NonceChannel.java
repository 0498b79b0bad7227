// SPDX-License-Identifier: Apache-2.0
package org.porto.print.spi;

import java.util.List;
import org.osgi.annotation.versioning.ConsumerType;

/**
 * Capability: a printer behind a link that is not trusted (rule F3). It gives a nonce, and prints only messages signed by the meter
 * that carry this nonce and the next sequence number. The product makes and signs the message; the driver carries bytes. Where a
 * driver has this capability, {@link PrinterDriver#print} is not called.
 */
@ConsumerType
public interface NonceChannel {

    /** The session there is, or a new one. */
    Challenge challenge() throws PrinterException;

    /**
     * Hands one signed message to the printer; on return it is printed. Message format: docs/protocol/print-station.md.
     *
     * @return where it went, for the record
     */
    List<String> deliver(String jobId, byte[] message) throws PrinterException, MediumException;

    /**
     * @param nonce of the printer, 16 bytes, fresh for every session
     * @param sequence that the next message must carry, 1 for the first of a session
     * @param format what the printer takes, {@code application/pdf} or {@code image/png}
     * @param dpi of a picture
     */
    record Challenge(byte[] nonce, int sequence, String format, int dpi) {
        public Challenge {
            nonce = nonce.clone();
        }

        @Override
        public byte[] nonce() {
            return nonce.clone();
        }
    }
}
