// SPDX-License-Identifier: Apache-2.0
package org.porto.station;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.CertificateFactory;
import java.security.spec.X509EncodedKeySpec;
import java.util.Arrays;
import java.util.regex.Pattern;

/**
 * Checks a print message after docs/protocol/print-station.md with the JDK alone. Meters that may print here have a file in the trust folder:
 * {@code SERIAL.der}, a certificate, or {@code SERIAL.pub}, a SubjectPublicKeyInfo.
 */
final class MessageCheck {

    static final int NONCE = 2;
    static final int SEQUENCE = 3;
    static final int SIGNATURE = 4;
    static final int MALFORMED = 7;

    private static final int SIGNATURE_BYTES = 64;
    private static final Pattern SERIAL = Pattern.compile("[A-Z0-9]{8}");
    private static final Pattern JOB = Pattern.compile("[A-Za-z0-9-]{1,128}");

    /** The station's answer code and why. */
    static final class RefusedMessageException extends Exception {

        private static final long serialVersionUID = 1L;
        private final int code;

        RefusedMessageException(int code, String why) {
            super(why);
            this.code = code;
        }

        int code() {
            return code;
        }
    }

    record Message(String meter, String jobId, boolean pdf, byte[] document) {}

    private final Path trust;

    MessageCheck(Path trust) {
        this.trust = trust;
    }

    Message check(byte[] message, byte[] nonce, int sequence) throws RefusedMessageException, IOException {
        try {
            return open(message, nonce, sequence);
        } catch (BufferUnderflowException | NegativeArraySizeException e) {
            throw new RefusedMessageException(MALFORMED, "message is cut");
        }
    }

    private Message open(byte[] message, byte[] nonce, int sequence) throws RefusedMessageException, IOException {
        ByteBuffer in = ByteBuffer.wrap(message);
        if (in.getInt() != 0x50504D31) {
            throw new RefusedMessageException(MALFORMED, "no print message");
        }
        byte[] carried = bytes(in, nonce.length);
        int number = in.getInt();
        String meter = new String(bytes(in, 8), StandardCharsets.ISO_8859_1);
        String jobId = new String(bytes(in, Short.toUnsignedInt(in.getShort())), StandardCharsets.ISO_8859_1);
        int format = in.get();
        int length = in.getInt();
        byte[] digest = bytes(in, 32);
        int signed = in.position();
        byte[] signature = bytes(in, SIGNATURE_BYTES);
        if (length != in.remaining() || format < 1 || format > 2 || !JOB.matcher(jobId).matches()) {
            throw new RefusedMessageException(MALFORMED, "message is malformed");
        }
        byte[] document = bytes(in, length);
        // The signature first: until it is right, nothing in the message says anything.
        if (!SERIAL.matcher(meter).matches() || !signed(meter, Arrays.copyOf(message, signed), signature, digest, document)) {
            throw new RefusedMessageException(SIGNATURE, "not signed by a meter that may print here");
        }
        if (!MessageDigest.isEqual(carried, nonce)) {
            throw new RefusedMessageException(NONCE, "another nonce");
        }
        if (number != sequence) {
            throw new RefusedMessageException(SEQUENCE, "number " + number + " instead of " + sequence);
        }
        return new Message(meter, jobId, format == 1, document);
    }

    private static byte[] bytes(ByteBuffer in, int count) {
        if (count > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] bytes = new byte[count];
        in.get(bytes);
        return bytes;
    }

    private boolean signed(String meter, byte[] head, byte[] signature, byte[] digest, byte[] document) throws IOException {
        try {
            Signature check = Signature.getInstance("SHA256withECDSAinP1363Format");
            check.initVerify(key(meter));
            check.update(head);
            return check.verify(signature)
                    && MessageDigest.isEqual(digest, MessageDigest.getInstance("SHA-256").digest(document));
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    private PublicKey key(String meter) throws GeneralSecurityException, IOException {
        Path certificate = trust.resolve(meter + ".der");
        if (Files.exists(certificate)) {
            try (var in = Files.newInputStream(certificate)) {
                return CertificateFactory.getInstance("X.509").generateCertificate(in).getPublicKey();
            }
        }
        Path raw = trust.resolve(meter + ".pub");
        if (!Files.exists(raw)) {
            throw new GeneralSecurityException("meter is not known");
        }
        return KeyFactory.getInstance("EC").generatePublic(new X509EncodedKeySpec(Files.readAllBytes(raw)));
    }
}
