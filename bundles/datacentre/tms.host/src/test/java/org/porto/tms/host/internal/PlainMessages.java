// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.host.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.bc.internal.BcCertificateService;
import org.porto.message.api.MessageCode;
import org.porto.message.api.MessageSecurity;
import org.porto.message.api.OpenedMessage;
import org.porto.model.api.RefusedException;

/** Signed but not encrypted: enough to test what is done with an opened message. */
final class PlainMessages implements MessageSecurity {

    private final CryptoService crypto;

    PlainMessages(CryptoService crypto) {
        this.crypto = crypto;
    }

    @Override
    public byte[] seal(SigningKey sender, byte[] senderCertificate, byte[] recipient, String type, byte[] payload)
            throws RefusedException {
        new BcCertificateService().read(recipient);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeUTF(type);
            out.writeInt(senderCertificate.length);
            out.write(senderCertificate);
            out.write(sender.sign(payload));
            out.write(payload);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    @Override
    public OpenedMessage open(SigningKey recipient, byte[] message) throws RefusedException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(message))) {
            String type = in.readUTF();
            byte[] certificate = in.readNBytes(in.readInt() & 0xFFFF);
            byte[] signature = in.readNBytes(64);
            byte[] payload = in.readAllBytes();
            byte[] key = new BcCertificateService().read(certificate).publicKey();
            if (!crypto.verify(key, signature, payload)) {
                throw new RefusedException(MessageCode.SIGNATURE_WRONG);
            }
            return new OpenedMessage(type, payload, certificate);
        } catch (IOException e) {
            throw new RefusedException(MessageCode.MALFORMED, "", e);
        }
    }
}
