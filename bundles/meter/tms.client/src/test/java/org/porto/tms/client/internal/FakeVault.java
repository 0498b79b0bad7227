// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/** Registers in memory, durable by nature; knows refills, frankings, presets and inspections. */
final class FakeVault implements RegisterVault {

    final List<RegisterRecord> records = new ArrayList<>();
    private final Map<TransactionId, RegisterRecord> byId = new HashMap<>();
    private final List<RegisterOperation> operations = new ArrayList<>();
    private Registers now = new Registers(
            Currency.getInstance("EUR"), 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
            new RegisterLimits(0, 100_000, 10_000_000), MeterState.UNINITIALISED, "", Instant.EPOCH);

    @Override
    public Registers registers() {
        return now;
    }

    @Override
    public List<RegisterRecord> log(long from, int max) {
        return records.stream().skip(from - 1).limit(max).toList();
    }

    @Override
    public Optional<RegisterRecord> find(TransactionId id) {
        return Optional.ofNullable(byId.get(id));
    }

    @Override
    public List<TransitItem> inTransit() {
        return List.of();
    }

    @Override
    public long verify() {
        return records.size();
    }

    @Override
    public RegisterRecord post(TransactionId id, RegisterOperation operation) throws RefusedException {
        Optional<RegisterRecord> known = find(id);
        if (known.isPresent()) {
            if (!operations.get((int) known.get().sequence() - 1).equals(operation)) {
                throw new RefusedException(RegisterCode.ID_TAKEN);
            }
            return known.get();
        }
        long amount = 0;
        long a = now.ascending();
        long d = now.descending();
        long r = now.refilled();
        long refills = now.refillCount();
        RegisterLimits limits = now.limits();
        MeterState state = now.state();
        Instant deadline = now.inspectionDeadline();
        if (operation instanceof RegisterOperation.Refill refill) {
            amount = refill.amount();
            d += amount;
            r += amount;
            refills++;
        } else if (operation instanceof RegisterOperation.Frank frank) {
            amount = frank.amount();
            d -= amount;
            a += amount;
        } else if (operation instanceof RegisterOperation.Authorise authorise) {
            limits = authorise.limits();
            state = MeterState.AUTHORISED;
        } else if (operation instanceof RegisterOperation.Activate) {
            state = MeterState.OPERATIONAL;
        } else if (operation instanceof RegisterOperation.Inspected inspected) {
            deadline = inspected.deadline();
        } else {
            throw new IllegalArgumentException(operation.kind());
        }
        now = new Registers(
                now.currency(), a, d, 0, 0, r, 0, 0, 0, 0, 0, refills, now.sequence() + 1, limits, state, "", deadline);
        RegisterRecord record =
                new RegisterRecord(id, operation.kind(), amount, 0, "", Instant.EPOCH, now, new byte[32], new byte[16]);
        records.add(record);
        byId.put(id, record);
        operations.add(operation);
        return record;
    }
}
