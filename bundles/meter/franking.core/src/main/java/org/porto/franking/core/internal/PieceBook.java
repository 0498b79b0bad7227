// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.Deque;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.FrankingCode;
import org.porto.franking.api.PaymentSource;
import org.porto.franking.api.Spoil;
import org.porto.indicium.api.IndiciumData;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;
import org.porto.journal.api.Journals;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterRecord;

/**
 * The franking journal and what it says. Every method that changes it is durable on return; when one fails the book is broken
 * and must be opened anew. Not thread-safe against itself except for the two listings.
 */
final class PieceBook implements AutoCloseable {

    static final int SIGNED = 1;
    static final int PRINTED = 2;
    static final int SPOILED = 3;
    static final int CARD_INTENT = 4;
    static final int CARD_RECEIPT = 5;
    static final int CARD_CLOSED = 6;
    static final int ACKNOWLEDGED = 7;

    /** Printed pieces kept in memory; older ones are read from the file when they are asked for again. */
    static final int PRINTED_KEPT_MAX = 20_000;

    private static final int RECEIPT_BYTES_MAX = 1024;

    private final Journal journal;
    private final Map<TransactionId, Piece> pieces = new LinkedHashMap<>();
    private final Map<TransactionId, Piece> unfinished = new LinkedHashMap<>();
    private final Deque<TransactionId> printedOrder = new ArrayDeque<>();
    private final List<Spoil> spoils = new ArrayList<>();
    private final Map<String, byte[]> receipts = new LinkedHashMap<>();
    private long registerSequence;
    private long peerTransaction;
    private boolean broken;

    private PieceBook(Journal journal) {
        this.journal = journal;
    }

    static PieceBook open(Journals journals, Path file) throws RefusedException {
        PieceBook book = new PieceBook(journals.open(file));
        boolean read = false;
        try {
            book.journal.replay(1, book::apply);
            read = true;
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new RefusedException(FrankingCode.NOT_READY, "franking journal holds a record that cannot be read", e);
        } finally {
            if (!read) {
                book.close();
            }
        }
        return book;
    }

    @Override
    public void close() {
        journal.close();
    }

    boolean broken() {
        return broken;
    }

    /** In memory, or none. */
    Optional<Piece> find(TransactionId transaction) {
        return Optional.ofNullable(pieces.get(transaction));
    }

    /** From the file: for pieces that memory no longer has. */
    Optional<Piece> recall(TransactionId transaction) throws RefusedException {
        Piece piece = new Piece(transaction);
        boolean[] seen = new boolean[1];
        byte[] id = transaction.bytes();
        journal.replay(1, record -> {
            if (record.type() != ACKNOWLEDGED && startsWith(record.payload(), id)) {
                seen[0] = true;
                change(piece, record);
            }
        });
        return seen[0] ? Optional.of(piece) : Optional.empty();
    }

    List<Piece> unfinished() {
        return List.copyOf(unfinished.values());
    }

    /** Register records up to this one have their outcome here. */
    long registerSequence() {
        return registerSequence;
    }

    long nextPeerTransaction() {
        return peerTransaction + 1;
    }

    synchronized List<Spoil> spoils() {
        return List.copyOf(spoils);
    }

    synchronized List<byte[]> receipts() {
        return receipts.values().stream().map(byte[]::clone).toList();
    }

    void signed(FrankRequest request, RegisterRecord debit, IndiciumData data, byte[] indicium) throws RefusedException {
        append(SIGNED, request.transaction(), out -> {
            out.write(digest(request));
            out.writeByte(request.source().ordinal());
            out.writeLong(debit.sequence());
            out.write(data.device().bytes());
            out.writeLong(data.pieceCount());
            out.writeLong(data.ascendingMils());
            out.writeLong(data.descendingMils());
            money(out, data.value());
            out.writeLong(data.date().toEpochDay());
            out.writeUTF(data.rate());
            bytes(out, indicium);
        });
    }

    void printed(TransactionId transaction, List<String> outputs) throws RefusedException {
        append(PRINTED, transaction, out -> {
            out.writeShort(outputs.size());
            for (String output : outputs) {
                out.writeUTF(output);
            }
        });
    }

    void spoiled(RegisterRecord debit, String reason) throws RefusedException {
        append(SPOILED, debit.transaction(), out -> {
            out.writeLong(debit.sequence());
            out.writeLong(debit.after().pieceCount());
            out.writeLong(debit.amountMils());
            out.writeUTF(reason.length() > 200 ? reason.substring(0, 200) : reason);
        });
    }

    void cardIntent(FrankRequest request, String card, long number, long cardTransactionBefore) throws RefusedException {
        append(CARD_INTENT, request.transaction(), out -> {
            out.write(digest(request));
            money(out, request.value());
            out.writeUTF(request.mailClass());
            out.writeUTF(request.recipient());
            out.writeUTF(request.printer());
            out.writeUTF(request.profile());
            out.writeUTF(card);
            out.writeLong(number);
            out.writeLong(cardTransactionBefore);
        });
    }

    void cardReceipt(TransactionId transaction, byte[] receipt) throws RefusedException {
        append(CARD_RECEIPT, transaction, out -> bytes(out, receipt));
    }

    void cardClosed(TransactionId transaction) throws RefusedException {
        append(CARD_CLOSED, transaction, out -> {});
    }

    void acknowledged(Collection<String> digests) throws RefusedException {
        List<String> known;
        synchronized (this) {
            known = digests.stream().distinct().filter(receipts::containsKey).toList();
        }
        for (int from = 0; from < known.size(); from += 1000) {
            List<String> part = known.subList(from, Math.min(known.size(), from + 1000));
            write(ACKNOWLEDGED, payload(out -> {
                out.writeShort(part.size());
                for (String digest : part) {
                    out.write(HexFormat.of().parseHex(digest));
                }
            }));
        }
    }

    /** SHA-256 over all that must be the same under one id; another printer may serve a repetition. */
    static byte[] digest(FrankRequest request) {
        return sha256(payload(out -> {
            money(out, request.value());
            out.writeUTF(request.mailClass());
            out.writeUTF(request.recipient());
            out.writeByte(request.source().ordinal());
            out.writeUTF(request.profile());
        }));
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private void append(int type, TransactionId transaction, Body body) throws RefusedException {
        write(type, payload(out -> {
            out.write(transaction.bytes());
            body.write(out);
        }));
    }

    private void write(int type, byte[] payload) throws RefusedException {
        if (broken) {
            throw new RefusedException(FrankingCode.NOT_READY, "franking journal failed before");
        }
        broken = true;
        JournalRecord record = journal.append(type, payload);
        apply(record);
        broken = false;
    }

    private static byte[] payload(Body body) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            body.write(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private synchronized void apply(JournalRecord record) {
        byte[] payload = record.payload();
        if (record.type() == ACKNOWLEDGED) {
            forget(payload);
            return;
        }
        TransactionId transaction = TransactionId.of(java.util.Arrays.copyOf(payload, TransactionId.BYTES));
        Piece piece = pieces.computeIfAbsent(transaction, Piece::new);
        change(piece, record);
        if (piece.finished()) {
            unfinished.remove(transaction);
        } else {
            unfinished.put(transaction, piece);
        }
        switch (record.type()) {
            case SIGNED -> registerSequence = Math.max(registerSequence, sequenceOfSigned(payload));
            case SPOILED -> {
                registerSequence = Math.max(registerSequence, java.nio.ByteBuffer.wrap(payload, 16, 8).getLong());
                spoils.add(piece.spoil);
            }
            case CARD_INTENT -> peerTransaction = Math.max(peerTransaction, piece.peerTransaction);
            case CARD_RECEIPT -> {
                byte[] receipt = receipt(payload);
                receipts.put(HexFormat.of().formatHex(sha256(receipt)), receipt);
            }
            case PRINTED -> {
                printedOrder.add(transaction);
                if (printedOrder.size() > PRINTED_KEPT_MAX) {
                    pieces.remove(printedOrder.poll());
                }
            }
            default -> { }
        }
    }

    private static void change(Piece piece, JournalRecord record) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.payload()))) {
            in.skipNBytes(TransactionId.BYTES);
            switch (record.type()) {
                case SIGNED -> readSigned(piece, in);
                case PRINTED -> {
                    String[] outputs = new String[in.readUnsignedShort()];
                    for (int i = 0; i < outputs.length; i++) {
                        outputs[i] = in.readUTF();
                    }
                    piece.outputs = List.of(outputs);
                    piece.printed = true;
                }
                case SPOILED -> {
                    in.readLong();
                    piece.spoil = new Spoil(piece.transaction, in.readLong(), in.readLong(), record.time(), in.readUTF());
                }
                case CARD_INTENT -> readIntent(piece, in);
                case CARD_RECEIPT -> piece.payment = Piece.CardPayment.PAID;
                case CARD_CLOSED -> piece.payment = Piece.CardPayment.CLOSED;
                default -> throw new IOException("record type " + record.type());
            }
        } catch (IOException e) {
            throw new UncheckedIOException("record " + record.sequence(), e);
        }
    }

    private static void readSigned(Piece piece, DataInputStream in) throws IOException {
        piece.digest = in.readNBytes(32);
        piece.source = PaymentSource.values()[in.readByte()];
        in.readLong();
        DeviceId device = DeviceId.of(in.readNBytes(DeviceId.BYTES));
        long pieceCount = in.readLong();
        long ascending = in.readLong();
        long descending = in.readLong();
        Money value = money(in);
        LocalDate date = LocalDate.ofEpochDay(in.readLong());
        piece.data = new IndiciumData(device, pieceCount, ascending, descending, value, date, in.readUTF());
        piece.indicium = in.readNBytes(in.readUnsignedShort());
    }

    private static void readIntent(Piece piece, DataInputStream in) throws IOException {
        piece.digest = in.readNBytes(32);
        piece.source = PaymentSource.CARD;
        Money value = money(in);
        piece.request = new FrankRequest(
                piece.transaction, value, in.readUTF(), in.readUTF(), PaymentSource.CARD, in.readUTF(), in.readUTF());
        piece.card = in.readUTF();
        piece.peerTransaction = in.readLong();
        piece.cardTransactionBefore = in.readLong();
        piece.payment = Piece.CardPayment.OPEN;
    }

    private void forget(byte[] payload) {
        int count = (payload[0] & 0xFF) << 8 | payload[1] & 0xFF;
        for (int i = 0; i < count; i++) {
            receipts.remove(HexFormat.of().formatHex(payload, 2 + 32 * i, 34 + 32 * i));
        }
    }

    private static long sequenceOfSigned(byte[] payload) {
        return java.nio.ByteBuffer.wrap(payload, TransactionId.BYTES + 32 + 1, 8).getLong();
    }

    private static byte[] receipt(byte[] payload) {
        return java.util.Arrays.copyOfRange(payload, TransactionId.BYTES + 2, payload.length);
    }

    private static void bytes(DataOutputStream out, byte[] value) throws IOException {
        if (value.length > RECEIPT_BYTES_MAX) {
            throw new IOException(value.length + " bytes");
        }
        out.writeShort(value.length);
        out.write(value);
    }

    private static void money(DataOutputStream out, Money value) throws IOException {
        out.writeLong(value.mils());
        out.writeUTF(value.currency().getCurrencyCode());
    }

    private static Money money(DataInputStream in) throws IOException {
        long mils = in.readLong();
        return Money.ofMils(mils, Currency.getInstance(in.readUTF()));
    }

    private static boolean startsWith(byte[] payload, byte[] id) {
        return payload.length >= id.length && java.util.Arrays.equals(payload, 0, id.length, id, 0, id.length);
    }

    private static byte[] sha256(byte[] data) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(data);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("the platform has no SHA-256", e);
        }
    }
}
