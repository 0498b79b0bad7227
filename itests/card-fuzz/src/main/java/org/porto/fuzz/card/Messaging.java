// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Secure messaging of one session, from either side. */
final class Messaging {

    private final Aes enc;
    private final Aes mac;
    private byte[] chain = new byte[16];
    private int counter;

    Messaging(Aes root, byte[] context) {
        enc = new Aes(root.derive("PORTO-SENC", context, 16));
        mac = new Aes(root.derive("PORTO-SMAC", context, 16));
    }

    /** A wrapped message and the plain one. */
    record Plain(int status, byte[] data) {}

    private byte[] vector(int direction) {
        return enc.block(ByteBuffer.allocate(16).put(0, (byte) direction).putInt(12, counter).array());
    }

    /** The host's side: the whole command; padded is what is encrypted, empty for nothing. */
    byte[] command(int cla, int ins, int p1, int p2, byte[] padded) {
        counter++;
        byte[] crypt = padded.length == 0 ? padded : enc.encrypt(vector(0), padded);
        byte[] head = {(byte) cla, (byte) ins, (byte) p1, (byte) p2, (byte) (crypt.length + 8)};
        chain = mac.cmac(chain, head, crypt);
        return Aes.join(head, crypt, Arrays.copyOf(chain, 8), new byte[1]);
    }

    /** The host's side: null when the answer is not authentic. */
    Plain answer(byte[] answer) {
        int crypt = answer.length - 12;
        if (crypt < 0 || crypt % 16 != 0 || ByteBuffer.wrap(answer).getShort(answer.length - 2) != (short) 0x9000) {
            return null;
        }
        byte[] cipher = Arrays.copyOf(answer, crypt);
        byte[] status = Arrays.copyOfRange(answer, crypt, crypt + 2);
        chain = mac.cmac(chain, new byte[] {(byte) 0x99}, status, cipher);
        if (!Arrays.equals(chain, 0, 8, answer, crypt + 2, crypt + 10)) {
            return null;
        }
        byte[] plain = crypt == 0 ? cipher : enc.decrypt(vector(0x80), cipher);
        int end = plain.length - 1;
        while (end >= 0 && plain[end] == 0) {
            end--;
        }
        if (crypt > 0 && (end < plain.length - 16 || plain[end] != (byte) 0x80)) {
            return null;
        }
        return new Plain(ByteBuffer.wrap(status).getShort() & 0xFFFF, crypt == 0 ? plain : Arrays.copyOf(plain, end));
    }

    /** The card's side: plain data of a command, null when it is not authentic. */
    byte[] opened(byte[] command) {
        int crypt = (command[4] & 0xFF) - 8;
        counter++;
        chain = mac.cmac(chain, Arrays.copyOf(command, 5 + crypt));
        byte[] plain = crypt == 0 ? new byte[0] : enc.decrypt(vector(0), Arrays.copyOfRange(command, 5, 5 + crypt));
        int end = plain.length - 1;
        while (end >= 0 && plain[end] == 0) {
            end--;
        }
        return crypt == 0 ? plain : Arrays.copyOf(plain, Math.max(0, end));
    }

    /** The card's side: padded is what is encrypted. */
    byte[] answered(byte[] padded, int status) {
        byte[] crypt = padded.length == 0 ? padded : enc.encrypt(vector(0x80), padded);
        byte[] sw = {(byte) (status >> 8), (byte) status};
        chain = mac.cmac(chain, new byte[] {(byte) 0x99}, sw, crypt);
        return Aes.join(crypt, sw, Arrays.copyOf(chain, 8), new byte[] {(byte) 0x90, 0});
    }
}
