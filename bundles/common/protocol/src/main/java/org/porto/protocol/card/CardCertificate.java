// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

import java.nio.ByteBuffer;

/**
 * Card-verifiable certificate: what a purse card can check and what it shows of itself. 78 bytes, signed by the issuer.
 *
 * <pre>
 *  0  1  version, 1
 *  1  1  role: 1 card, 2 meter or station, 3 merchant point
 *  2  8  subject: card id, or device id in ASCII
 * 10 65  public key, uncompressed P-256 point
 * 75  2  last day of validity, {@link CardDays}
 * 77  1  version of the issuer key that signed
 * </pre>
 */
public record CardCertificate(int role, byte[] subject, byte[] point, int notAfterDay, int issuerKeyVersion) {

    public static final int BYTES = 78;
    public static final int ROLE_CARD = 1;
    public static final int ROLE_METER = 2;
    public static final int ROLE_MERCHANT = 3;

    public CardCertificate {
        subject = subject.clone();
        point = point.clone();
        if (subject.length != 8 || point.length != 65 || point[0] != 4) {
            throw new IllegalArgumentException("subject of " + subject.length + " or point of " + point.length + " bytes");
        }
        if (notAfterDay < 0 || notAfterDay > 0xFFFF || issuerKeyVersion < 0 || issuerKeyVersion > 0xFF) {
            throw new IllegalArgumentException("day or key version does not fit its field");
        }
    }

    public byte[] encoded() {
        return ByteBuffer.allocate(BYTES)
                .put((byte) 1)
                .put((byte) role)
                .put(subject)
                .put(point)
                .putShort((short) notAfterDay)
                .put((byte) issuerKeyVersion)
                .array();
    }

    public static CardCertificate parse(byte[] body) throws CardRecordException {
        if (body.length != BYTES || body[0] != 1 || body[10] != 4) {
            throw new CardRecordException("not a card-verifiable certificate, version 1");
        }
        if (body[1] < ROLE_CARD || body[1] > ROLE_MERCHANT) {
            throw new CardRecordException("card-verifiable certificate of role " + (body[1] & 0xFF));
        }
        ByteBuffer in = ByteBuffer.wrap(body);
        in.get();
        int role = in.get();
        byte[] subject = new byte[8];
        byte[] point = new byte[65];
        in.get(subject).get(point);
        return new CardCertificate(role, subject, point, in.getShort() & 0xFFFF, in.get() & 0xFF);
    }

    @Override
    public byte[] subject() {
        return subject.clone();
    }

    @Override
    public byte[] point() {
        return point.clone();
    }
}
