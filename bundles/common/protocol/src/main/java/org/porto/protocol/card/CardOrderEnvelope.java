// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

/**
 * Layout of an envelope: an order, signed, then encrypted to one card (rule R1). At most {@value #BYTES_MAX} bytes, so that it
 * fits one short APDU.
 *
 * <pre>
 *  0  1  version, 1
 *  1  1  version of the data-centre key that signs the order
 *  2 65  ephemeral public key, uncompressed P-256 point
 * 67  n  AES-128-CBC, zero IV (the key is used once), of: order, DER signature, padding 80 00..
 * 67+n 16 AES-CMAC over bytes 0 to 67+n
 *
 * Z    = ECDH(ephemeral, card's static key), x coordinate, 32 bytes
 * KDK  = AES-CMAC(sixteen zero bytes, Z)                                     (SP 800-56C, extraction by CMAC)
 * Kenc = KDF(KDK, "PORTO-AENC", bytes 0 to 67), 16 bytes                     (SP 800-108, SymmetricKey.derive)
 * Kmac = KDF(KDK, "PORTO-AMAC", bytes 0 to 67), 16 bytes
 * </pre>
 */
public final class CardOrderEnvelope {

    public static final int BYTES_MAX = 255;
    public static final int VERSION = 1;
    public static final int HEAD_BYTES = 67;
    public static final int MAC_BYTES = 16;
    public static final String LABEL_ENC = "PORTO-AENC";
    public static final String LABEL_MAC = "PORTO-AMAC";

    private CardOrderEnvelope() {}
}
