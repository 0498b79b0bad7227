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
    private static final int LENGTH_AT = 4;
    private static final int TAIL_BYTES = 8;
    private static final byte[] NO_ID = new byte[TransactionId.BYTES];

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

    RecordCodec(Seal seal) {
        this.seal = seal;
    }

    /** What the first record is chained to: a vault of another meter does not fit. */
    static byte[] genesis(DeviceId serial) {
        return sha256(("PORTO-VAULT-1 " + serial).getBytes(StandardCharsets.US_ASCII));
    }

    StoredRecord encode(TransactionId transaction, String kind, Change change, Instant time, byte[] previousHash)
            throws RefusedException {
        Registers after = change.after();
        byte[] reference = change.reference().getBytes(StandardCharsets.UTF_8);
        byte[] reason = after.lockReason().getBytes(StandardCharsets.UTF_8);
        int keyVersion = seal.currentVersion();
        ByteBuffer out = ByteBuffer.allocate(BYTES_MIN + reference.length + reason.length);
        out.putShort(MAGIC).put((byte) VERSION).put((byte) (KINDS.indexOf(kind) + 1)).putInt(out.capacity());
        out.putLong(after.sequence()).putLong(time.getEpochSecond()).putInt(time.getNano());
        out.put(transaction.bytes()).put(change.related().map(TransactionId::bytes).orElse(NO_ID));
        out.putLong(change.amount()).putLong(change.fee());
        out.put(after.currency().getCurrencyCode().getBytes(StandardCharsets.US_ASCII));
        out.put((byte) (STATES.indexOf(after.state()) + 1));
        out.putLong(after.ascending()).putLong(after.descending()).putLong(after.transferOut()).putLong(after.inTransit());
        out.putLong(after.refilled()).putLong(after.cardTakings()).putLong(after.withdrawn()).putLong(after.fees());
        out.putLong(after.pieceCount()).putLong(after.zeroPieceCount()).putLong(after.refillCount());
        RegisterLimits limits = after.limits();
        out.putLong(limits.itemMilsMin()).putLong(limits.itemMilsMax()).putLong(limits.balanceMilsMax());
        out.putLong(after.inspectionDeadline().getEpochSecond()).putInt(after.inspectionDeadline().getNano());
        out.putInt(keyVersion).put(previousHash);
        out.put((byte) reference.length).put(reference).put((byte) reason.length).put(reason);
        byte[] mac = seal.mac(keyVersion, Arrays.copyOf(out.array(), out.position()));
        out.put(mac);
        byte[] hash = sha256(Arrays.copyOf(out.array(), out.position()));
        out.putInt(out.capacity());
        out.putInt(crc(out.array(), 0, out.position()));
        RegisterRecord record = new RegisterRecord(
                transaction, kind, change.amount(), change.fee(), change.reference(), time, after, hash, mac,
                keyVersion, change.related());
        return new StoredRecord(record, change.related(), keyVersion, previousHash.clone(), out.array());
    }

    /** Length that the record here claims; 0 when none starts here. */
    static int lengthAt(byte[] bytes, int at) {
        ByteBuffer head = ByteBuffer.wrap(bytes);
        int length = head.getInt(at + LENGTH_AT);
        return head.getShort(at) != MAGIC || length < BYTES_MIN || length > BYTES_MAX ? 0 : length;
    }

    /** Checks length, CRC, contents, MAC and rule V2. The chain is the caller's. */
    StoredRecord decode(byte[] bytes) throws BrokenRecordException {
        if (bytes.length < BYTES_MIN || lengthAt(bytes, 0) != bytes.length) {
            throw new BrokenRecordException("length");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        if (in.getInt(bytes.length - TAIL_BYTES) != bytes.length
                || in.getInt(bytes.length - 4) != crc(bytes, 0, bytes.length - 4)) {
            throw new BrokenRecordException("CRC");
        }
        try {
            return parse(bytes, in);
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException | DateTimeException e) {
            throw new BrokenRecordException("contents", e);
        }
    }

    private StoredRecord parse(byte[] bytes, ByteBuffer in) throws BrokenRecordException {
        in.getShort();
        if (in.get() != VERSION) {
            throw new BrokenRecordException("version");
        }
        String kind = KINDS.get(in.get() - 1);
        in.getInt();
        long sequence = in.getLong();
        Instant time = Instant.ofEpochSecond(in.getLong(), in.getInt());
        TransactionId transaction = TransactionId.of(take(in, TransactionId.BYTES));
        byte[] relatedBytes = take(in, TransactionId.BYTES);
        Optional<TransactionId> related =
                Arrays.equals(relatedBytes, NO_ID) ? Optional.empty() : Optional.of(TransactionId.of(relatedBytes));
        long amount = in.getLong();
        long fee = in.getLong();
        Currency currency = Currency.getInstance(new String(take(in, 3), StandardCharsets.US_ASCII));
        MeterState state = STATES.get(in.get() - 1);
        long[] r = new long[11];
        for (int i = 0; i < r.length; i++) {
            r[i] = in.getLong();
        }
        RegisterLimits limits = new RegisterLimits(in.getLong(), in.getLong(), in.getLong());
        Instant deadline = Instant.ofEpochSecond(in.getLong(), in.getInt());
        int keyVersion = in.getInt();
        byte[] previousHash = take(in, HASH_BYTES);
        String reference = new String(take(in, in.get() & 0xFF), StandardCharsets.UTF_8);
        String reason = new String(take(in, in.get() & 0xFF), StandardCharsets.UTF_8);
        int macAt = in.position();
        byte[] mac = take(in, MAC_BYTES);
        if (in.remaining() != TAIL_BYTES) {
            throw new BrokenRecordException("length");
        }
        Registers after = new Registers(
                currency, r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], sequence, limits, state, reason, deadline);
        if (!after.balanced() || RegisterState.negative(after) || sequence == 0) {
            throw new BrokenRecordException("registers do not balance");
        }
        if (!seal.verify(keyVersion, mac, Arrays.copyOf(bytes, macAt))) {
            throw new BrokenRecordException("MAC");
        }
        byte[] hash = sha256(Arrays.copyOf(bytes, macAt + MAC_BYTES));
        return new StoredRecord(
                new RegisterRecord(
                        transaction, kind, amount, fee, reference, time, after, hash, mac, keyVersion, related),
                related,
                keyVersion,
                previousHash,
                bytes);
    }

    private static byte[] take(ByteBuffer in, int length) {
        byte[] out = new byte[length];
        in.get(out);
        return out;
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
