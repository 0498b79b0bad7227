// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;

/** Records to bytes and back, version 1 (rule V3). The layout is on one page: docs/vault.md. */
final class RecordCodec {

    static final int BYTES_MIN = 242 + 16 + 4 + 4;
    static final int BYTES_MAX = BYTES_MIN + 2 * 255;
    static final int HASH_BYTES = 32;
    static final int MAC_BYTES = 16;

    private static final short MAGIC = 0x5056;
    private static final int VERSION = 1;
    private static final int KIND_AT = 3;
    private static final int LENGTH_AT = 4;
    private static final int SEQUENCE_AT = 8;
    static final int TRANSACTION_AT = 28;
    private static final int RELATED_AT = 44;
    static final int PREVIOUS_HASH_AT = 208;
    static final int TAIL_BYTES = 8;
    private static final int KIND_TRANSFER_OUT = 6;

    /** Position is the code in the record, from 1. Append only. */
    private static final List<String> KINDS = List.of(
            "authorise",
            "activate",
            "refill",
            "frank",
            "frank-by-card",
            "transfer-out",
            "transfer-done",
            "transfer-undone",
            "inspected",
            "lock",
            "unlock",
            "withdraw",
            StoredRecord.KEY_ROLLED);

    /** Position is the code in the record, from 1: not the enum's order, which may change. */
    private static final List<MeterState> STATES = List.of(
            MeterState.UNINITIALISED, MeterState.AUTHORISED, MeterState.OPERATIONAL, MeterState.LOCKED, MeterState.WITHDRAWN);

    private final Seal seal;

    /** For encoding. */
    private final Sums own = new Sums();

    RecordCodec(Seal seal) {
        this.seal = seal;
    }

    /** What the first record is chained to: a vault of another meter does not fit. */
    static byte[] genesis(DeviceId serial) {
        return sha256(("PORTO-VAULT-1 " + serial).getBytes(StandardCharsets.US_ASCII));
    }

    /** One thread at a time: that of the ledger. */
    StoredRecord encode(TransactionId transaction, String kind, Change change, Instant time, byte[] previousHash)
            throws RefusedException {
        Registers after = change.after();
        byte[] reference = change.reference().getBytes(StandardCharsets.UTF_8);
        byte[] reason = after.lockReason().getBytes(StandardCharsets.UTF_8);
        int keyVersion = seal.currentVersion();
        byte[] bytes = new byte[BYTES_MIN + reference.length + reason.length];
        ByteBuffer out = ByteBuffer.wrap(bytes);
        out.putShort(MAGIC).put((byte) VERSION).put((byte) (KINDS.indexOf(kind) + 1)).putInt(bytes.length);
        out.putLong(after.sequence()).putLong(time.getEpochSecond()).putInt(time.getNano());
        out.put(transaction.bytes());
        if (change.related().isPresent()) {
            out.put(change.related().get().bytes());
        } else {
            out.position(RELATED_AT + TransactionId.BYTES);
        }
        out.putLong(change.amount()).putLong(change.fee());
        String currency = after.currency().getCurrencyCode();
        out.put((byte) currency.charAt(0)).put((byte) currency.charAt(1)).put((byte) currency.charAt(2));
        out.put((byte) (STATES.indexOf(after.state()) + 1));
        out.putLong(after.ascending()).putLong(after.descending()).putLong(after.transferOut()).putLong(after.inTransit());
        out.putLong(after.refilled()).putLong(after.cardTakings()).putLong(after.withdrawn()).putLong(after.fees());
        out.putLong(after.pieceCount()).putLong(after.zeroPieceCount()).putLong(after.refillCount());
        RegisterLimits limits = after.limits();
        out.putLong(limits.itemMilsMin()).putLong(limits.itemMilsMax()).putLong(limits.balanceMilsMax());
        out.putLong(after.inspectionDeadline().getEpochSecond()).putInt(after.inspectionDeadline().getNano());
        out.putInt(keyVersion).put(previousHash, 0, HASH_BYTES);
        out.put((byte) reference.length).put(reference).put((byte) reason.length).put(reason);
        byte[] mac = seal.mac(keyVersion, Arrays.copyOf(bytes, out.position()));
        out.put(mac);
        byte[] hash = own.sha256(bytes, 0, out.position());
        out.putInt(bytes.length);
        out.putInt(own.crc(bytes, 0, out.position()));
        return new StoredRecord(
                bytes, kind, change.amount(), change.fee(), change.reference(), time, after, hash, keyVersion, change.related(),
                transaction);
    }

    /** Length that the record here claims; 0 when none starts here. */
    static int lengthAt(byte[] bytes, int at) {
        if (bytes[at] != MAGIC >> 8 || bytes[at + 1] != (byte) MAGIC) {
            return 0;
        }
        int length = intAt(bytes, at + LENGTH_AT);
        return length < BYTES_MIN || length > BYTES_MAX ? 0 : length;
    }

    /** By hand: in a process that has just started a buffer's way to the same takes ten calls. */
    static int intAt(byte[] bytes, int at) {
        return bytes[at] << 24 | (bytes[at + 1] & 0xFF) << 16 | (bytes[at + 2] & 0xFF) << 8 | bytes[at + 3] & 0xFF;
    }

    static long longAt(byte[] bytes, int at) {
        return (long) intAt(bytes, at) << 32 | intAt(bytes, at + 4) & 0xFFFF_FFFFL;
    }

    /** Length at both ends and CRC of the whole array, nothing more. */
    static boolean framed(byte[] bytes, Sums sums) {
        int length = bytes.length;
        return length >= BYTES_MIN
                && lengthAt(bytes, 0) == length
                && bytes[2] == VERSION
                && intAt(bytes, length - TAIL_BYTES) == length
                && intAt(bytes, length - 4) == sums.crc(bytes, 0, length - 4);
    }

    static long sequence(byte[] bytes) {
        return longAt(bytes, SEQUENCE_AT);
    }

    /** Whether it begins or ends a transfer. */
    static boolean ofTransfer(byte[] bytes) {
        return bytes[KIND_AT] == KIND_TRANSFER_OUT || longAt(bytes, RELATED_AT) != 0 || longAt(bytes, RELATED_AT + 8) != 0;
    }

    static boolean follows(byte[] bytes, byte[] hash) {
        return Arrays.equals(bytes, PREVIOUS_HASH_AT, PREVIOUS_HASH_AT + HASH_BYTES, hash, 0, HASH_BYTES);
    }

    /** Of a whole record: what the next one is chained to. */
    static void hash(byte[] bytes, Sums sums, byte[] into) {
        sums.sha256(bytes, 0, bytes.length - TAIL_BYTES, into);
    }

    StoredRecord decode(byte[] bytes) throws BrokenRecordException {
        return decode(bytes, new Sums());
    }

    /** Checks length, CRC, contents, MAC and rule V2. The chain is the caller's. */
    StoredRecord decode(byte[] bytes, Sums sums) throws BrokenRecordException {
        if (bytes.length < BYTES_MIN || lengthAt(bytes, 0) != bytes.length) {
            throw new BrokenRecordException("length");
        }
        if (intAt(bytes, bytes.length - TAIL_BYTES) != bytes.length
                || intAt(bytes, bytes.length - 4) != sums.crc(bytes, 0, bytes.length - 4)) {
            throw new BrokenRecordException("CRC");
        }
        try {
            return parse(bytes, sums);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException | DateTimeException e) {
            throw new BrokenRecordException("contents", e);
        }
    }

    private StoredRecord parse(byte[] bytes, Sums sums) throws BrokenRecordException {
        if (bytes[2] != VERSION) {
            throw new BrokenRecordException("version");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes).position(SEQUENCE_AT);
        String kind = KINDS.get(bytes[KIND_AT] - 1);
        long sequence = in.getLong();
        Instant time = Instant.ofEpochSecond(in.getLong(), in.getInt());
        in.position(RELATED_AT);
        Optional<TransactionId> related = in.getLong() == 0 && in.getLong() == 0
                ? Optional.empty()
                : Optional.of(TransactionId.of(Arrays.copyOfRange(bytes, RELATED_AT, RELATED_AT + TransactionId.BYTES)));
        in.position(RELATED_AT + TransactionId.BYTES);
        long amount = in.getLong();
        long fee = in.getLong();
        Currency currency = sums.currency(in.get(), in.get(), in.get());
        MeterState state = STATES.get(in.get() - 1);
        long ascending = in.getLong();
        long descending = in.getLong();
        long transferOut = in.getLong();
        long inTransit = in.getLong();
        long refilled = in.getLong();
        long cardTakings = in.getLong();
        long withdrawn = in.getLong();
        long fees = in.getLong();
        long pieces = in.getLong();
        long zeroPieces = in.getLong();
        long refills = in.getLong();
        RegisterLimits limits = new RegisterLimits(in.getLong(), in.getLong(), in.getLong());
        Instant deadline = Instant.ofEpochSecond(in.getLong(), in.getInt());
        int keyVersion = in.getInt();
        in.position(PREVIOUS_HASH_AT + HASH_BYTES);
        String reference = text(in, bytes);
        String reason = text(in, bytes);
        int macAt = in.position();
        if (bytes.length - macAt != MAC_BYTES + TAIL_BYTES) {
            throw new BrokenRecordException("length");
        }
        Registers after = new Registers(
                currency, ascending, descending, transferOut, inTransit, refilled, cardTakings, withdrawn, fees, pieces, zeroPieces,
                refills, sequence, limits, state, reason, deadline);
        if (!after.balanced() || RegisterState.negative(after) || sequence == 0) {
            throw new BrokenRecordException("registers do not balance");
        }
        if (!seal.verify(keyVersion, Arrays.copyOfRange(bytes, macAt, macAt + MAC_BYTES), Arrays.copyOf(bytes, macAt))) {
            throw new BrokenRecordException("MAC");
        }
        byte[] hash = sums.sha256(bytes, 0, macAt + MAC_BYTES);
        return new StoredRecord(bytes, kind, amount, fee, reference, time, after, hash, keyVersion, related);
    }

    private static String text(ByteBuffer in, byte[] bytes) {
        int length = in.get() & 0xFF;
        int at = in.position();
        in.position(at + length);
        return length == 0 ? "" : new String(bytes, at, length, StandardCharsets.UTF_8);
    }

    static int crc(byte[] bytes, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, length);
        return (int) crc.getValue();
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
