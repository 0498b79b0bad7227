// SPDX-License-Identifier: Apache-2.0
package org.porto.print.core.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import org.porto.crypto.api.SigningKey;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.print.spi.MediumException;
import org.porto.print.spi.NonceChannel;
import org.porto.print.spi.PageRenderer;
import org.porto.print.spi.PrintException;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterException;

/** Makes the signed message for a printer behind a nonce channel (rule F3). Format: docs/protocol/print-station.md. */
public final class SealedPrinting {

    static final byte[] MAGIC = "PPM1".getBytes(StandardCharsets.US_ASCII);
    static final int NONCE_BYTES = 16;
    static final int FORMAT_PDF = 1;
    static final int FORMAT_PNG = 2;

    /** The meter's signing key; asked for at every page, for it may be rolled over. */
    public interface Key {
        SigningKey current() throws RefusedException;
    }

    private final DeviceId meter;
    private final Key key;
    private final PageRenderer renderer;

    public SealedPrinting(DeviceId meter, Key key, PageRenderer renderer) {
        this.meter = meter;
        this.key = key;
        this.renderer = renderer;
    }

    List<String> print(NonceChannel channel, PrintPage page) throws PrinterException, MediumException {
        byte[] message;
        NonceChannel.Challenge challenge = channel.challenge();
        try {
            message = message(challenge, page);
        } catch (IOException | RefusedException e) {
            throw new PrinterException("page cannot be sealed: " + e.getMessage(), PrintException.Printed.NO, e);
        }
        return channel.deliver(page.jobId(), message);
    }

    public byte[] message(NonceChannel.Challenge challenge, PrintPage page) throws IOException, RefusedException {
        if (challenge.nonce().length != NONCE_BYTES || challenge.sequence() < 1) {
            throw new IOException("nonce or sequence number of the printer is malformed");
        }
        boolean pdf = challenge.format().equals("application/pdf");
        if (!pdf && !challenge.format().equals("image/png")) {
            throw new IOException("format '" + challenge.format() + "' is not known");
        }
        byte[] document = pdf ? renderer.pdf(page) : renderer.png(page, challenge.dpi());
        byte[] job = page.jobId().getBytes(StandardCharsets.US_ASCII);
        byte[] head = ByteBuffer.allocate(MAGIC.length + NONCE_BYTES + 4 + DeviceId.BYTES + 2 + job.length + 1 + 4 + 32)
                .put(MAGIC)
                .put(challenge.nonce())
                .putInt(challenge.sequence())
                .put(meter.bytes())
                .putShort((short) job.length)
                .put(job)
                .put((byte) (pdf ? FORMAT_PDF : FORMAT_PNG))
                .putInt(document.length)
                .put(sha256(document))
                .array();
        byte[] signature = key.current().sign(head);
        return ByteBuffer.allocate(head.length + signature.length + document.length)
                .put(head)
                .put(signature)
                .put(document)
                .array();
    }

    private static byte[] sha256(byte[] document) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(document);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
