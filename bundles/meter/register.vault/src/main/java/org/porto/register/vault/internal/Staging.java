// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.Registers;

/**
 * A batch before it is written: what each request makes of the state that the ones before it will leave, and what its caller is told
 * once that is durable, or is not.
 */
final class Staging {

    /** A record that is durable already. */
    interface Find {
        Optional<StoredRecord> of(TransactionId transaction) throws RefusedException;
    }

    private record Twin(Request request, StoredRecord of) {}

    private final List<StoredRecord> records = new ArrayList<>();
    private final List<Twin> answers = new ArrayList<>();

    /** Refused because of what records of this batch may have changed: true only once these are durable. */
    private final Map<Request, RefusedException> refusals = new LinkedHashMap<>();

    private final Map<TransactionId, StoredRecord> staged = new HashMap<>();
    private Optional<StoredRecord> last;
    private long bytes;
    private final Vault.Setting setting;
    private final RecordCodec codec;
    private final byte[] genesis;
    private final Seal seal;
    private final InstantSource clock;
    private final InTransit transit;
    private final Find find;

    /** @param transit changes with what is staged  @param last the last durable record */
    Staging(
            Vault.Setting setting,
            RecordCodec codec,
            byte[] genesis,
            Seal seal,
            InstantSource clock,
            InTransit transit,
            Find find,
            Optional<StoredRecord> last) {
        this.setting = setting;
        this.codec = codec;
        this.genesis = genesis;
        this.seal = seal;
        this.clock = clock;
        this.transit = transit;
        this.find = find;
        this.last = last;
    }

    List<StoredRecord> records() {
        return records;
    }

    long bytes() {
        return bytes;
    }

    /** A refusal is answered at once; nothing of it is in the state. */
    void stage(Request request) {
        try {
            StoredRecord twin = staged.get(request.transaction);
            Optional<StoredRecord> known = twin != null ? Optional.of(twin) : find.of(request.transaction);
            if (known.isPresent()) {
                repeated(request, known.get(), twin != null);
                return;
            }
            Instant at = time(last);
            StoredRecord stored = codec.encode(
                    request.transaction,
                    request.operation.map(RegisterOperation::kind).orElse(StoredRecord.KEY_ROLLED),
                    change(request, at),
                    at,
                    last.map(StoredRecord::hash).orElse(genesis));
            staged.put(request.transaction, stored);
            records.add(stored);
            answers.add(new Twin(request, stored));
            bytes += stored.bytes().length;
            last = Optional.of(stored);
            transit.take(stored);
        } catch (RefusedException e) {
            if (records.isEmpty()) {
                request.refuse(e);
            } else {
                refusals.put(request, e);
            }
        } catch (BrokenRecordException e) {
            request.refuse(new RefusedException(RegisterCode.RECORD_BROKEN, e.getMessage(), e));
        } catch (NullPointerException | IllegalArgumentException e) {
            request.impossible(e); // nothing of it is staged; the batch goes on without it
        }
    }

    /** The same id with the same operation has the same answer, once that is durable. */
    private void repeated(Request request, StoredRecord known, boolean inBatch)
            throws RefusedException, BrokenRecordException {
        boolean same = request.operation.isPresent() ? known.isOf(request.operation.get()) : known.keyRolled();
        if (!same) {
            throw new RefusedException(
                    RegisterCode.ID_TAKEN, request.transaction + " is record " + known.sequence());
        }
        if (inBatch) {
            answers.add(new Twin(request, known));
        } else {
            request.done(known);
        }
    }

    private Change change(Request request, Instant at) throws RefusedException {
        Registers before = last.map(StoredRecord::after)
                .orElseGet(() -> RegisterState.initial(setting.currency()));
        if (request.operation.isEmpty()) {
            RegisterState.keyRolled(before, 0);
            return RegisterState.keyRolled(
                    before, seal.nextVersion(last.map(StoredRecord::keyVersion).orElse(0)));
        }
        RegisterOperation operation = request.operation.get();
        if (operation instanceof RegisterOperation.TransferOut && transit.size() >= InTransit.MOST) {
            throw new RefusedException(RegisterCode.STATE_FORBIDS, transit.size() + " transfers are open");
        }
        if (operation instanceof RegisterOperation.Inspected o && !setting.inspection().allows(at, o.deadline())) {
            throw new RefusedException(
                    RegisterCode.AMOUNT_NOT_ALLOWED,
                    "inspection deadline " + o.deadline() + " is beyond profile " + setting.inspection().text);
        }
        return RegisterState.apply(before, operation, transit::find, at);
    }

    /** Never before the last record; a clock far back is a case for people, not for records (rule V8). */
    private Instant time(Optional<StoredRecord> before) throws RefusedException {
        Instant now = clock.instant();
        Instant last = before.map(StoredRecord::time).orElse(now);
        if (now.isBefore(last.minus(setting.clockBackTolerance()))) {
            throw new RefusedException(RegisterCode.CLOCK_BACK, now + " is before the last record, " + last);
        }
        return now.isBefore(last) ? last : now;
    }

    /** Its records are durable. */
    void done() {
        answers.forEach(answer -> answer.request().done(answer.of()));
        refusals.forEach(Request::refuse);
    }

    /** Nothing of it was written. */
    void refuse(RefusedException why) {
        answers.forEach(answer -> answer.request().refuse(why));
        refusals.keySet().forEach(request -> request.refuse(why));
    }

    /** Nobody knows what of it was written; a refusal wrote nothing in any case. */
    void uncertain(RegisterCode code, Exception why) {
        RefusedException failed = new RefusedException(code, why.getMessage(), why);
        refusals.keySet().forEach(request -> request.refuse(failed));
        answers.forEach(answer -> answer.request().uncertain(code, why.getMessage(), why));
    }
}
