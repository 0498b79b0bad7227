// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
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
 * @param cardTransaction number that the card gives the load, from SENT on; 0 unknown
 * @param day day that it counts for, in days since 1970; never before an earlier one's
 * @param changed when it came to this stage
 * @param order the data centre's signed order that ended it, empty when none did
 */
record Entry(
        TransactionId transaction,
        CardId card,
        long amountMils,
        long feeMils,
        Instant since,
        Stage stage,
        long number,
        byte[] wrappedNext,
        long cardTransaction,
        long day,
        Instant changed,
        byte[] order) {

    /** Stored by code; append only. */
    enum Stage {
        /** The money may have left D; no card saw anything. */
        INTENDED(TransferBlock.IN_DOUBT, TransferBlock.FUNDS_119),
        /** A load may have reached the card. */
        SENT(TransferBlock.IN_DOUBT, TransferBlock.REGISTERS_120),
        /** The card has the value. */
        DONE(TransferBlock.DONE, TransferBlock.PERSONALITY_121),
        /** The card has not got it and never will. */
        UNDONE(TransferBlock.UNDONE, TransferBlock.REGISTERS_120),
        /** The data centre ended it as done; which secret the card has is still open. */
        SETTLED_DONE(TransferBlock.SETTLED_DONE, TransferBlock.REGISTERS_120),
        /** The data centre ended it as undone; which secret the card has is still open. */
        SETTLED_UNDONE(TransferBlock.SETTLED_UNDONE, TransferBlock.REGISTERS_120),
        /** Settled as done; the card came back without it. */
        NOT_ON_CARD(TransferBlock.NOT_ON_CARD, TransferBlock.REGISTERS_120),
        /** Settled as undone; the card came back with it. */
        CONTRADICTED(TransferBlock.CONTRADICTED, TransferBlock.PERSONALITY_121);

        final TransferBlock block;
        final TransferBlock reached;

        Stage(TransferBlock block, TransferBlock reached) {
            this.block = block;
            this.reached = reached;
        }

        /** Whether the card's answer is still needed to know which secret it has. */
        boolean awaitsCard() {
            return this == SENT || this == SETTLED_DONE || this == SETTLED_UNDONE;
        }

        /** Whether the card was seen to have the value. */
        boolean onCard() {
            return this == DONE || this == CONTRADICTED;
        }

        /** How the registers end it: true T to X, false T back to D. */
        boolean outOfMeter() {
            return this == DONE || this == SETTLED_DONE || this == NOT_ON_CARD;
        }
    }

    /** As a transfer begins. */
    static Entry intended(TransactionId transaction, CardId card, long amountMils, long feeMils, Instant now, long day) {
        return new Entry(
                transaction, card, amountMils, feeMils, now, Stage.INTENDED, 0, new byte[0], 0, day, now, new byte[0]);
    }

    Entry to(Stage next) {
        return to(next, changed);
    }

    Entry to(Stage next, Instant when) {
        return new Entry(
                transaction, card, amountMils, feeMils, since, next, number, wrappedNext, cardTransaction, day, when, order);
    }

    Entry sent(long transferNumber, byte[] wrapped) {
        return new Entry(
                transaction, card, amountMils, feeMils, since, Stage.SENT, transferNumber, wrapped, cardTransaction, day, changed, order);
    }

    Entry numbered(long onCard) {
        return new Entry(
                transaction, card, amountMils, feeMils, since, stage, number, wrappedNext, onCard, day, changed, order);
    }

    Entry ordered(byte[] signed, Stage next, Instant when) {
        return new Entry(
                transaction, card, amountMils, feeMils, since, next, number, wrappedNext, cardTransaction, day, when, signed);
    }

    Entry withoutSecret() {
        return new Entry(
                transaction, card, amountMils, feeMils, since, stage, number, new byte[0], cardTransaction, day, changed, order);
    }

    boolean open() {
        return stage == Stage.INTENDED || stage == Stage.SENT;
    }

    /** Whether its number and secret are known, so that the card can be asked. */
    boolean awaitsCard() {
        return stage.awaitsCard() && number > 0;
    }

    boolean settled() {
        return order.length > 0;
    }

    TransferInfo info() {
        return info(stage.block, stage.reached, changed);
    }

    TransferInfo info(TransferBlock block, TransferBlock reached, Instant when) {
        return new TransferInfo(
                transaction, card, amountMils, feeMils, block, since, reached, when, cardTransaction, settled());
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
            out.writeLong(cardTransaction);
            out.writeLong(day);
            out.writeLong(changed.getEpochSecond());
            out.writeInt(changed.getNano());
            writeBytes(out, order);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    static Entry decode(DataInputStream in) throws IOException {
        TransactionId transaction = TransactionId.of(in.readNBytes(TransactionId.BYTES));
        CardId card = CardId.of(in.readNBytes(CardId.BYTES));
        long amount = in.readLong();
        long fee = in.readLong();
        Instant since = Instant.ofEpochSecond(in.readLong(), in.readInt());
        Stage stage = Stage.values()[in.readUnsignedByte()];
        long number = in.readLong();
        byte[] next = readBytes(in);
        if (in.available() == 0) {
            // written before transfers had a day and orders
            long day = LocalDate.ofInstant(since, ZoneOffset.UTC).toEpochDay();
            return new Entry(transaction, card, amount, fee, since, stage, number, next, 0, day, since, new byte[0]);
        }
        return new Entry(
                transaction,
                card,
                amount,
                fee,
                since,
                stage,
                number,
                next,
                in.readLong(),
                in.readLong(),
                Instant.ofEpochSecond(in.readLong(), in.readInt()),
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
