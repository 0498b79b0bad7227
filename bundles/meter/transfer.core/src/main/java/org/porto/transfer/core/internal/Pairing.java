// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.porto.model.api.CardId;

/**
 * The meter's side of a predetermined relation (rule T2).
 *
 * @param wrappedSecret the present secret, wrapped by the key service
 * @param envelope the card's half while it waits to be handed over, empty after that
 */
record Pairing(CardId card, byte[] routingTag, byte[] wrappedSecret, long transferMilsMax, byte[] envelope, boolean ended) {

    /** Context that secrets of this card are wrapped in. */
    static String context(CardId card) {
        return "transfer-pair/" + card;
    }

    Pairing handedOver() {
        return new Pairing(card, routingTag, wrappedSecret, transferMilsMax, new byte[0], ended);
    }

    Pairing ratcheted(byte[] next) {
        return new Pairing(card, routingTag, next, transferMilsMax, new byte[0], ended);
    }

    Pairing limitedTo(long milsMax) {
        return new Pairing(card, routingTag, wrappedSecret, milsMax, envelope, ended);
    }

    Pairing over() {
        return new Pairing(card, routingTag, new byte[0], transferMilsMax, new byte[0], true);
    }

    byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(TransferBook.PAIRING);
            out.write(card.bytes());
            Entry.writeBytes(out, routingTag);
            Entry.writeBytes(out, wrappedSecret);
            out.writeLong(transferMilsMax);
            Entry.writeBytes(out, envelope);
            out.writeBoolean(ended);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Pairing decode(DataInputStream in) throws IOException {
        return new Pairing(
                CardId.of(in.readNBytes(CardId.BYTES)),
                Entry.readBytes(in),
                Entry.readBytes(in),
                in.readLong(),
                Entry.readBytes(in),
                in.readBoolean());
    }
}
