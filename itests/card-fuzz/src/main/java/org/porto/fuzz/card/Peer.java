// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/** A key pair with a card-verifiable certificate. */
record Peer(int role, byte[] id, Ec key, byte[] certificate) {

    static Peer of(Ec issuer, int role, byte[] id, Ec key, int issuerVersion) {
        byte[] body = ByteBuffer.allocate(78)
                .put((byte) 1)
                .put((byte) role)
                .put(id)
                .put(key.point)
                .putShort((short) 40_000)
                .put((byte) issuerVersion)
                .array();
        return new Peer(role, id, key, Aes.join(body, issuer.sign(body)));
    }

    static Peer of(Ec issuer, int role, String id) {
        return of(issuer, role, id.getBytes(StandardCharsets.US_ASCII), Ec.fresh(), 1);
    }
}
