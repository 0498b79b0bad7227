// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferInfo;

/**
 * One transfer as the journal knows it.
 *
 * @param stage how far it came
 * @param number transfer number on this pairing, from SENT on
 * @param wrappedNext the secret that comes after it, from SENT on, empty when it is in the pairing already
 */
record Entry(
        TransactionId transaction,
        CardId card,
        long amountMils,
        long feeMils,
        Instant since,
        Stage stage,
        long number,
        byte[] wrappedNext) {

    /** Stored by code; append only. */
    enum Stage {
        /** The money may have left D; no card saw anything. */
        INTENDED,
        /** A load may have reached the card. */
        SENT,
        /** The card has the value. */
        DONE,
        /** The card has not got it and never will. */
        UNDONE
    }

    Entry to(Stage next) {
        return new Entry(transaction, card, amountMils, feeMils, since, next, number, wrappedNext);
    }

    Entry sent(long transferNumber, byte[] wrapped) {
        return new Entry(transaction, card, amountMils, feeMils, since, Stage.SENT, transferNumber, wrapped);
    }

    Entry withoutSecret() {
        return new Entry(transaction, card, amountMils, feeMils, since, stage, number, new byte[0]);
    }

    boolean open() {
        return stage == Stage.INTENDED || stage == Stage.SENT;
    }

    TransferInfo info() {
        TransferBlock block =
                switch (stage) {
                    case INTENDED, SENT -> TransferBlock.IN_DOUBT;
                    case DONE -> TransferBlock.DONE;
                    case UNDONE -> TransferBlock.UNDONE;
                };
        return new TransferInfo(transaction, card, amountMils, feeMils, block, since);
    }

    byte[] encoded() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(TransferBook.ENTRY);
            out.write(transaction.bytes());
            out.write(card.bytes());
            out.writeLong(amountMils);
            out.writeLong(feeMils);
            out.writeLong(since.getEpochSecond());
            out.writeInt(since.getNano());
            out.writeByte(stage.ordinal());
            out.writeLong(number);
            writeBytes(out, wrappedNext);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Entry decode(DataInputStream in) throws IOException {
        return new Entry(
                TransactionId.of(in.readNBytes(TransactionId.BYTES)),
                CardId.of(in.readNBytes(CardId.BYTES)),
                in.readLong(),
                in.readLong(),
                Instant.ofEpochSecond(in.readLong(), in.readInt()),
                Stage.values()[in.readUnsignedByte()],
                in.readLong(),
                readBytes(in));
    }

    static void writeBytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeShort(bytes.length);
        out.write(bytes);
    }

    static byte[] readBytes(DataInputStream in) throws IOException {
        int length = in.readUnsignedShort();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new java.io.EOFException();
        }
        return bytes;
    }
}
