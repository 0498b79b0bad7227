// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.util.Arrays;
import org.porto.card.api.CardChannel;
import org.porto.card.api.ExchangeException;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.StatusWord;

/** Commands and answers, plain and under secure messaging (docs/protocol/card-session.md). Dead after any failure. */
final class Link implements AutoCloseable {

    static final int PLAIN_BYTES_MAX = 239;
    private static final int BLOCK = 16;
    private static final int MAC_BYTES = 8;
    private static final byte TAG_RESPONSE = (byte) 0x99;
    private static final String LABEL_ENC = "PORTO-SENC";
    private static final String LABEL_MAC = "PORTO-SMAC";
    private static final String LABEL_CARD = "PORTO-CCRY";
    private static final String LABEL_HOST = "PORTO-HCRY";

    private final CardChannel channel;
    private final SymmetricKey enc;
    private final SymmetricKey mac;
    private byte[] chain = new byte[BLOCK];
    private int counter;
    private boolean dead;

    private Link(CardChannel channel, SymmetricKey enc, SymmetricKey mac) {
        this.channel = channel;
        this.enc = enc;
        this.mac = mac;
    }

    /** A command in clear. @throws RefusedException {@code PUR-018} when no answer came, {@code PUR-015} when it is none */
    static Answer plain(CardChannel channel, int cla, int ins, int p1, byte[] data) throws RefusedException {
        try {
            return answer(channel.transmit(command(cla, ins, p1, 0, data)));
        } catch (ExchangeException e) {
            throw new RefusedException(PurseCode.REPLY_LOST, e.getMessage(), e);
        } catch (LinkLostException e) {
            throw new RefusedException(e.code(), e.getMessage(), e);
        }
    }

    /** Whether the card's proof is right for that key and context. */
    static boolean cardProves(SymmetricKey root, byte[] context, byte[] proof) {
        try (SecretBytes wanted = root.derive(LABEL_CARD, context, BLOCK);
                SecretBytes given = SecretBytes.copyOf(proof)) {
            return wanted.sameAs(given);
        }
    }

    /**
     * Secure messaging with a card that was not told yet that this side has the root key: the MAC of the first command proves it, or, where
     * that should be known before any, {@link #prove}.
     */
    static Link open(CardChannel channel, CryptoService crypto, SymmetricKey root, byte[] context) {
        try (SecretBytes encKey = root.derive(LABEL_ENC, context, BLOCK);
                SecretBytes macKey = root.derive(LABEL_MAC, context, BLOCK)) {
            return new Link(channel, crypto.symmetricKey(encKey), crypto.symmetricKey(macKey));
        }
    }

    /** Proves the host's side by itself. */
    static void prove(CardChannel channel, SymmetricKey root, byte[] context) throws RefusedException {
        byte[] proof;
        try (SecretBytes secret = root.derive(LABEL_HOST, context, BLOCK)) {
            // The proof is made to be shown.
            proof = secret.expose(org.porto.crypto.api.SecretAccess.insecureSecretAccess());
        }
        Answer answer = plain(channel, 0x80, 0x82, 0, proof);
        if (!answer.ok()) {
            throw new RefusedException(
                    PurseCode.RECOGNITION_FAILED, "card refuses the proof: " + StatusWord.say(answer.status()));
        }
    }

    /** What the card said under these keys before any command, in its answer to the recognition: message 0 of the chain. */
    Answer said(byte[] wrapped) throws RefusedException {
        dead = true;
        try {
            Answer inner = unwrap(new Answer(Answer.OK, wrapped));
            if (!inner.ok()) {
                throw new RefusedException(PurseCode.PROTOCOL, "recognised with status " + inner.status());
            }
            dead = false;
            return inner;
        } catch (LinkLostException e) {
            throw new RefusedException(e.code(), e.getMessage(), e);
        }
    }

    boolean isDead() {
        return dead;
    }

    void kill() {
        dead = true;
    }

    /**
     * One command under secure messaging.
     *
     * @throws RefusedException {@code PUR-004}: nothing was sent
     * @throws LinkLostException the session is dead now and the card may have obeyed
     */
    Answer exchange(int ins, int p1, int p2, byte[] data) throws RefusedException, LinkLostException {
        if (dead || counter == Integer.MAX_VALUE) {
            throw new RefusedException(PurseCode.SESSION_DEAD);
        }
        if (data.length > PLAIN_BYTES_MAX) {
            throw new IllegalArgumentException("command of " + data.length + " bytes");
        }
        boolean alive = false;
        try {
            counter++;
            byte[] crypt = data.length == 0 ? data : enc.encryptBlocks(vector((byte) 0), pad(data));
            byte[] head = {(byte) 0x84, (byte) ins, (byte) p1, (byte) p2, (byte) (crypt.length + MAC_BYTES)};
            chain = mac.mac(chain, head, crypt);
            byte[] body = Arrays.copyOf(crypt, crypt.length + MAC_BYTES);
            System.arraycopy(chain, 0, body, crypt.length, MAC_BYTES);
            Answer outer = answer(channel.transmit(command(0x84, ins, p1, p2, body)));
            Answer inner = unwrap(outer);
            alive = true;
            return inner;
        } catch (ExchangeException e) {
            throw new LinkLostException(PurseCode.REPLY_LOST, e.getMessage(), e);
        } finally {
            dead = !alive;
        }
    }

    private Answer unwrap(Answer outer) throws LinkLostException {
        byte[] data = outer.data();
        int crypt = data.length - MAC_BYTES - 2;
        if (!outer.ok() || crypt < 0 || crypt % BLOCK != 0) {
            throw new LinkLostException(
                    PurseCode.SESSION_DEAD, "card ended the session: " + StatusWord.say(outer.status()), null);
        }
        byte[] status = Arrays.copyOfRange(data, crypt, crypt + 2);
        byte[] cipher = Arrays.copyOf(data, crypt);
        byte[] shown = Arrays.copyOfRange(data, crypt + 2, data.length);
        byte[] next = mac.mac(chain, new byte[] {TAG_RESPONSE}, status, cipher);
        if (!MessageDigest.isEqual(shown, Arrays.copyOf(next, MAC_BYTES))) {
            throw new LinkLostException(PurseCode.PROTOCOL, "MAC of the answer is wrong", null);
        }
        chain = next;
        byte[] plain = crypt == 0 ? cipher : unpad(enc.decryptBlocks(vector((byte) 0x80), cipher));
        return new Answer(ByteBuffer.wrap(status).getShort() & 0xFFFF, plain);
    }

    private byte[] vector(byte direction) {
        byte[] block = ByteBuffer.allocate(BLOCK).put(0, direction).putInt(12, counter).array();
        return enc.encryptBlocks(new byte[BLOCK], block);
    }

    private static byte[] pad(byte[] data) {
        byte[] padded = Arrays.copyOf(data, data.length / BLOCK * BLOCK + BLOCK);
        padded[data.length] = (byte) 0x80;
        return padded;
    }

    private static byte[] unpad(byte[] data) throws LinkLostException {
        int end = data.length - 1;
        while (end >= data.length - BLOCK && data[end] == 0) {
            end--;
        }
        if (end < data.length - BLOCK || data[end] != (byte) 0x80) {
            throw new LinkLostException(PurseCode.PROTOCOL, "padding of the answer is wrong", null);
        }
        return Arrays.copyOf(data, end);
    }

    private static byte[] command(int cla, int ins, int p1, int p2, byte[] data) {
        ByteBuffer out = ByteBuffer.allocate(data.length == 0 ? 5 : 6 + data.length);
        out.put((byte) cla).put((byte) ins).put((byte) p1).put((byte) p2);
        if (data.length > 0) {
            out.put((byte) data.length).put(data);
        }
        return out.put((byte) 0).array();
    }

    private static Answer answer(byte[] response) throws LinkLostException {
        if (response.length < 2 || response.length > 258) {
            throw new LinkLostException(PurseCode.PROTOCOL, "answer of " + response.length + " bytes", null);
        }
        int end = response.length - 2;
        return new Answer(ByteBuffer.wrap(response).getShort(end) & 0xFFFF, Arrays.copyOf(response, end));
    }

    @Override
    public void close() {
        dead = true;
        enc.close();
        mac.close();
    }
}
