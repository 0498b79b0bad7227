// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import org.porto.crypto.api.EcEncodings;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.CardProfile;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.PurseCode;

/** Personalisation over a {@link Link} that the transport key opened. */
final class BlankCard implements Personalisation {

    private static final int INS_GENERATE = 0x46;
    private static final int INS_STORE = 0xDA;
    private static final int INS_COMPLETE = 0x5C;

    private final Link link;

    BlankCard(Link link) {
        this.link = link;
    }

    /** For tests. */
    Link link() {
        return link;
    }

    @Override
    public byte[] generateKey() throws RefusedException {
        Answer answer = send(INS_GENERATE, 0, new byte[0]);
        try {
            return EcEncodings.publicKey(answer.data());
        } catch (RefusedException e) {
            link.kill();
            throw new RefusedException(PurseCode.PROTOCOL, "card's key is no point", e);
        }
    }

    @Override
    public void complete(CardProfile profile, char[] pin) throws RefusedException {
        byte[] identity = ByteBuffer.allocate(28)
                .put(profile.card().bytes())
                .putShort((short) profile.currency().getNumericCode())
                .putLong(profile.balanceMilsMax())
                .putLong(profile.transactionMilsMax())
                .put((byte) profile.pinTries())
                .put((byte) profile.recognitionTries())
                .array();
        byte[] secret = Pins.encoded(pin);
        try {
            send(INS_STORE, 1, identity);
            send(INS_STORE, 2, profile.certificate());
            send(INS_STORE, 3, key(profile.datacentreKeyVersion(), profile.datacentreKey()));
            send(INS_STORE, 4, key(profile.issuerKeyVersion(), profile.issuerKey()));
            send(INS_STORE, 5, secret);
            send(INS_COMPLETE, 0, new byte[0]);
        } finally {
            Arrays.fill(secret, (byte) 0);
        }
    }

    private static byte[] key(int version, byte[] publicKey) throws RefusedException {
        return ByteBuffer.allocate(66)
                .put((byte) version)
                .put(EcEncodings.point(publicKey))
                .array();
    }

    private Answer send(int ins, int p1, byte[] data) throws RefusedException {
        try {
            Answer answer = link.exchange(ins, p1, 0, data);
            if (answer.status() == StatusWords.DATA_WRONG) {
                throw new RefusedException(PurseCode.CERTIFICATE_WRONG, "card does not take its profile, item " + p1);
            }
            if (!answer.ok()) {
                throw StatusWords.refusal(answer.status());
            }
            return answer;
        } catch (LinkLostException e) {
            throw new RefusedException(e.code(), e.getMessage(), e);
        }
    }

    @Override
    public void close() {
        link.close();
    }
}
