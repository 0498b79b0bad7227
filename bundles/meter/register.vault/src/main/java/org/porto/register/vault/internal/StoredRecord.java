// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Instant;
import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/** A record with what only the stores see of it. Never changes; what few ask for is made when it is asked for. */
final class StoredRecord {

    static final String TRANSFER_OUT = "transfer-out";
    static final String KEY_ROLLED = "key-rolled";

    private final byte[] bytes;
    private final String kind;
    private final long amount;
    private final long fee;
    private final String reference;
    private final Instant time;
    private final Registers after;
    private final byte[] hash;
    private final int keyVersion;
    private final Optional<TransactionId> related;
    private TransactionId transaction;
    private RegisterRecord record;

    /** @param bytes as encoded */
    StoredRecord(
            byte[] bytes,
            String kind,
            long amount,
            long fee,
            String reference,
            Instant time,
            Registers after,
            byte[] hash,
            int keyVersion,
            Optional<TransactionId> related) {
        this(bytes, kind, amount, fee, reference, time, after, hash, keyVersion, related, null);
    }

    /** @param transaction as in the bytes, when it is known */
    StoredRecord(
            byte[] bytes,
            String kind,
            long amount,
            long fee,
            String reference,
            Instant time,
            Registers after,
            byte[] hash,
            int keyVersion,
            Optional<TransactionId> related,
            TransactionId transaction) {
        this.bytes = bytes;
        this.kind = kind;
        this.amount = amount;
        this.fee = fee;
        this.reference = reference;
        this.time = time;
        this.after = after;
        this.hash = hash;
        this.keyVersion = keyVersion;
        this.related = related;
        this.transaction = transaction;
    }

    byte[] bytes() {
        return bytes;
    }

    long sequence() {
        return after.sequence();
    }

    String kind() {
        return kind;
    }

    long amount() {
        return amount;
    }

    long fee() {
        return fee;
    }

    String reference() {
        return reference;
    }

    Instant time() {
        return time;
    }

    Registers after() {
        return after;
    }

    /** What the next one is chained to. Not to be changed. */
    byte[] hash() {
        return hash;
    }

    int keyVersion() {
        return keyVersion;
    }

    /** The transfer-out that it ends. */
    Optional<TransactionId> related() {
        return related;
    }

    boolean follows(byte[] previousHash) {
        return RecordCodec.follows(bytes, previousHash);
    }

    long idHigh() {
        return RecordCodec.longAt(bytes, RecordCodec.TRANSACTION_AT);
    }

    long idLow() {
        return RecordCodec.longAt(bytes, RecordCodec.TRANSACTION_AT + 8);
    }

    TransactionId transaction() {
        TransactionId known = transaction;
        if (known == null) {
            int at = RecordCodec.TRANSACTION_AT;
            known = TransactionId.of(Arrays.copyOfRange(bytes, at, at + TransactionId.BYTES));
            transaction = known;
        }
        return known;
    }

    RegisterRecord record() {
        RegisterRecord known = record;
        if (known == null) {
            int macAt = bytes.length - RecordCodec.TAIL_BYTES - RecordCodec.MAC_BYTES;
            known = new RegisterRecord(
                    transaction(), kind, amount, fee, reference, time, after, hash,
                    Arrays.copyOfRange(bytes, macAt, macAt + RecordCodec.MAC_BYTES), keyVersion, related);
            record = known;
        }
        return known;
    }

    boolean sameBytes(StoredRecord other) {
        return Arrays.equals(bytes, other.bytes);
    }

    TransitItem transitItem() {
        return new TransitItem(transaction(), amount, fee, reference, time);
    }

    /** Whether the record is what this operation would have written: same id then means same act (rule L2). */
    boolean isOf(RegisterOperation other) throws BrokenRecordException {
        return !keyRolled() && operation().equals(other);
    }

    /** Only the vault itself writes these: no operation does. */
    boolean keyRolled() {
        return kind.equals(KEY_ROLLED);
    }

    /** The operation that wrote the record. */
    RegisterOperation operation() throws BrokenRecordException {
        try {
            return switch (kind) {
                case "authorise" -> new RegisterOperation.Authorise(after.currency(), after.limits());
                case "activate" -> new RegisterOperation.Activate();
                case "refill" -> new RegisterOperation.Refill(amount, Long.parseLong(reference));
                case "frank" -> new RegisterOperation.Frank(amount, reference);
                case "frank-by-card" -> {
                    int space = reference.indexOf(' ');
                    yield new RegisterOperation.FrankByCard(
                            amount, reference.substring(space + 1), reference.substring(0, space));
                }
                case TRANSFER_OUT -> new RegisterOperation.TransferOut(amount, fee, reference);
                case "transfer-done" -> new RegisterOperation.TransferDone(related.orElseThrow());
                case "transfer-undone" -> new RegisterOperation.TransferUndone(related.orElseThrow());
                case "inspected" -> new RegisterOperation.Inspected(after.inspectionDeadline());
                case "lock" -> new RegisterOperation.Lock(reference);
                case "unlock" -> new RegisterOperation.Unlock();
                case "withdraw" -> new RegisterOperation.Withdraw();
                default -> throw new BrokenRecordException("kind " + kind);
            };
        } catch (NumberFormatException | IndexOutOfBoundsException | NoSuchElementException e) {
            throw new BrokenRecordException("record " + sequence() + ": contents", e);
        }
    }
}
