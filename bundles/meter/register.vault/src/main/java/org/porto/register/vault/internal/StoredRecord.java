// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Arrays;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/**
 * A record with what only the stores see of it. The arrays are never changed after construction.
 *
 * @param related the transfer-out that it ends
 * @param bytes as encoded
 */
record StoredRecord(
        RegisterRecord record, Optional<TransactionId> related, int keyVersion, byte[] previousHash, byte[] bytes) {

    static final String TRANSFER_OUT = "transfer-out";
    static final String KEY_ROLLED = "key-rolled";

    long sequence() {
        return record.sequence();
    }

    boolean sameBytes(StoredRecord other) {
        return Arrays.equals(bytes, other.bytes);
    }

    TransitItem transitItem() {
        return new TransitItem(
                record.transaction(), record.amountMils(), record.feeMils(), record.reference(), record.time());
    }

    /** Whether the record is what this operation would have written: same id then means same act (rule L2). */
    boolean isOf(RegisterOperation other) throws BrokenRecordException {
        return !keyRolled() && operation().equals(other);
    }

    /** Only the vault itself writes these: no operation does. */
    boolean keyRolled() {
        return record.kind().equals(KEY_ROLLED);
    }

    /** The operation that wrote the record. */
    RegisterOperation operation() throws BrokenRecordException {
        Registers after = record.after();
        long amount = record.amountMils();
        String reference = record.reference();
        try {
            return switch (record.kind()) {
                case "authorise" -> new RegisterOperation.Authorise(after.currency(), after.limits());
                case "activate" -> new RegisterOperation.Activate();
                case "refill" -> new RegisterOperation.Refill(amount, Long.parseLong(reference));
                case "frank" -> new RegisterOperation.Frank(amount, reference);
                case "frank-by-card" -> {
                    int space = reference.indexOf(' ');
                    yield new RegisterOperation.FrankByCard(
                            amount, reference.substring(space + 1), reference.substring(0, space));
                }
                case TRANSFER_OUT -> new RegisterOperation.TransferOut(amount, record.feeMils(), reference);
                case "transfer-done" -> new RegisterOperation.TransferDone(related.orElseThrow());
                case "transfer-undone" -> new RegisterOperation.TransferUndone(related.orElseThrow());
                case "inspected" -> new RegisterOperation.Inspected(after.inspectionDeadline());
                case "lock" -> new RegisterOperation.Lock(reference);
                case "unlock" -> new RegisterOperation.Unlock();
                case "withdraw" -> new RegisterOperation.Withdraw();
                default -> throw new BrokenRecordException("kind " + record.kind());
            };
        } catch (NumberFormatException | IndexOutOfBoundsException | NoSuchElementException e) {
            throw new BrokenRecordException("record " + sequence() + ": contents", e);
        }
    }
}
