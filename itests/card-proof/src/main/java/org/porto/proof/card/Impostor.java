// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.DebitReceipt;

/** A card of the intruder's making: it agrees over keys with any peer, as anyone can, and names whom it likes. */
final class Impostor {

    private static final byte[] LABEL = "PORTO-IAUT".getBytes(StandardCharsets.US_ASCII);

    private final World world;
    private final CardId named;
    private final byte[] certificate;
    private final SigningKey signs;
    private final byte[] peerPoint;
    /** A signature of the true card, of another session; null to sign anew. */
    byte[] borrowed;
    /** What it signed its last session with. */
    byte[] signed = new byte[0];
    /** Commands of the session that the host went into with it. */
    int obeyed;
    private SymmetricKey enc;
    private SymmetricKey mac;
    private byte[] chain = new byte[16];
    private int counter;

    /**
     * @param certificate what it shows for its own
     * @param signs what it signs with, for itself and for receipts
     */
    Impostor(World world, CardId named, byte[] certificate, SigningKey signs, byte[] peerPoint) {
        this.world = world;
        this.named = named;
        this.certificate = certificate;
        this.signs = signs;
        this.peerPoint = peerPoint;
    }

    byte[] answer(byte[] command) {
        byte[] data = command.length > 6 ? Arrays.copyOfRange(command, 5, 5 + (command[4] & 0xFF)) : new byte[0];
        try {
            return switch (command[1] & 0xFF) {
                case 0xA4 -> HexFormat.of().parseHex("6F118407F0504F52544F01A506C00101C101019000");
                case 0x52 -> init(data);
                default -> secure(command);
            };
        } catch (RefusedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SymmetricKey key(World world, SymmetricKey root, String label, byte[] context) {
        try (SecretBytes secret = root.derive(label, context, 16)) {
            return world.crypto.symmetricKey(secret);
        }
    }

    private byte[] init(byte[] data) throws RefusedException {
        byte[] nonce = new byte[16];
        try (ExportableSigningKey own = world.crypto.generateSigningKey();
                SecretBytes z = own.agree(EcEncodings.publicKey(peerPoint));
                SymmetricKey zero = world.crypto.symmetricKey(SecretBytes.owning(new byte[16]));
                SymmetricKey root = world.crypto.symmetricKey(
                        SecretBytes.owning(zero.mac(z.expose(SecretAccess.insecureSecretAccess()))))) {
            byte[] point = EcEncodings.point(own.publicKey());
            byte[] context = ByteBuffer.allocate(65)
                    .put((byte) 2)
                    .put(world.crypto.sha256(Arrays.copyOfRange(data, 16, data.length), point))
                    .put(data, 0, 16)
                    .put(nonce)
                    .array();
            enc = key(world, root, "PORTO-SENC", context);
            mac = key(world, root, "PORTO-SMAC", context);
            chain = new byte[16];
            counter = 0;
            byte[] proof = root.derive("PORTO-CCRY", context, 16).expose(SecretAccess.insecureSecretAccess());
            signed = borrowed != null ? borrowed : EcEncodings.derSignature(signs.sign(LABEL, context));
            byte[] said = ByteBuffer.allocate(69 + signed.length).put(status()).put(signed).array();
            byte[] wrapped = wrap(said);
            return ByteBuffer.allocate(97 + wrapped.length).put(point).put(nonce).put(proof).put(wrapped).array();
        }
    }

    private byte[] status() {
        return ByteBuffer.allocate(69)
                .put(named.bytes())
                .put((byte) 1)
                .putShort((short) World.CHF.getNumericCode())
                .putLong(100_000)
                .put(new byte[24])
                .putLong(World.BALANCE_MAX)
                .putLong(World.TRANSACTION_MAX)
                .put((byte) 3)
                .put((byte) 10)
                .putInt(1)
                .putInt(1)
                .array();
    }

    private byte[] vector(byte direction) {
        return enc.encryptBlocks(new byte[16], ByteBuffer.allocate(16).put(0, direction).putInt(12, counter).array());
    }

    private byte[] wrap(byte[] said) {
        byte[] padded = Arrays.copyOf(said, said.length / 16 * 16 + 16);
        padded[said.length] = (byte) 0x80;
        byte[] cipher = enc.encryptBlocks(vector((byte) 0x80), padded);
        byte[] status = {(byte) 0x90, 0};
        chain = mac.mac(chain, new byte[] {(byte) 0x99}, status, cipher);
        return ByteBuffer.allocate(cipher.length + 12).put(cipher).put(status).put(chain, 0, 8).put(status).array();
    }

    private byte[] secure(byte[] command) throws RefusedException {
        int crypt = (command[4] & 0xFF) - 8;
        counter++;
        chain = mac.mac(chain, Arrays.copyOf(command, 5 + crypt));
        if (command[1] == (byte) 0xCA) {
            return wrap(certificate);
        }
        obeyed++;
        byte[] data = enc.decryptBlocks(vector((byte) 0), Arrays.copyOfRange(command, 5, 5 + crypt));
        ByteBuffer in = ByteBuffer.wrap(data);
        long amount = in.getLong();
        byte[] body = ByteBuffer.allocate(DebitReceipt.BYTES)
                .put((byte) 0xB2)
                .put((byte) 1)
                .put((byte) 1)
                .put(named.bytes())
                .put((byte) 3)
                .put(world.points.get(0).serial.bytes())
                .putInt(in.getInt())
                .putInt(2)
                .putShort(in.getShort())
                .putShort((short) World.CHF.getNumericCode())
                .putLong(amount)
                .putLong(100_000 - amount)
                .putLong(amount)
                .array();
        // the receipt is signed by a key that is nobody's
        byte[] signature = EcEncodings.derSignature(world.crypto.generateSigningKey().sign(body));
        return wrap(ByteBuffer.allocate(body.length + signature.length).put(body).put(signature).array());
    }
}
