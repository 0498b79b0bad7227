// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
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

/** The vault's memory double: D, T, X and F, each post durable as a whole. The vault itself is proved by {@code prove vault}. */
final class MemoryVault implements RegisterVault {

    /** What is durable. */
    static final class State {
        long refilled;
        long descending;
        long transit;
        long transferred;
        long fees;
        final Map<TransactionId, TransitItem> items = new LinkedHashMap<>();
        final Map<TransactionId, RegisterOperation> posted = new HashMap<>();

        static State of(Vaults vaults, String name) {
            try {
                Vaults.State real = vaults.look(name);
                State state = new State();
                state.refilled = real.registers().refilled();
                state.descending = real.registers().descending();
                state.transit = real.registers().inTransit();
                state.transferred = real.registers().transferOut();
                state.fees = real.registers().fees();
                real.items().forEach(item -> state.items.put(item.transaction(), item));
                return state;
            } catch (RefusedException e) {
                throw new AssertionError(name, e);
            }
        }

        State copy() {
            State copy = new State();
            copy.refilled = refilled;
            copy.descending = descending;
            copy.transit = transit;
            copy.transferred = transferred;
            copy.fees = fees;
            copy.items.putAll(items);
            copy.posted.putAll(posted);
            return copy;
        }

        /** Rule V2 for the registers that there are. */
        boolean balanced() {
            long held = items.values().stream().mapToLong(item -> item.amountMils() + item.feeMils()).sum();
            return descending >= 0
                    && transit == held
                    && transferred >= 0
                    && fees >= 0
                    && descending + transit + transferred + fees == refilled;
        }
    }

    private final Disk disk;
    private final String name;

    MemoryVault(Disk disk, String name) {
        this.disk = disk;
        this.name = name;
    }

    private State state() {
        return disk.vault(name);
    }

    @Override
    public RegisterRecord post(TransactionId id, RegisterOperation operation) throws RefusedException {
        State s = state();
        RegisterOperation known = s.posted.get(id);
        if (known != null) {
            if (!known.equals(operation)) {
                throw new RefusedException(RegisterCode.ID_TAKEN);
            }
            return record(id, operation);
        }
        check(s, operation);
        disk.step(() -> apply(s, id, operation));
        return record(id, operation);
    }

    private static void check(State s, RegisterOperation operation) throws RefusedException {
        if (operation instanceof RegisterOperation.TransferOut o && o.amount() + o.fee() > s.descending) {
            throw new RefusedException(RegisterCode.FUNDS_SHORT);
        }
        if (operation instanceof RegisterOperation.TransferDone o && !s.items.containsKey(o.transferOut())
                || operation instanceof RegisterOperation.TransferUndone u && !s.items.containsKey(u.transferOut())) {
            throw new RefusedException(RegisterCode.NOT_IN_TRANSIT);
        }
    }

    private static void apply(State s, TransactionId id, RegisterOperation operation) {
        if (operation instanceof RegisterOperation.TransferOut o) {
            s.descending -= o.amount() + o.fee();
            s.transit += o.amount() + o.fee();
            s.items.put(id, new TransitItem(id, o.amount(), o.fee(), o.card(), Instant.EPOCH));
        } else if (operation instanceof RegisterOperation.TransferDone o) {
            TransitItem item = take(s, o.transferOut());
            s.transferred += item.amountMils();
            s.fees += item.feeMils();
        } else if (operation instanceof RegisterOperation.TransferUndone o) {
            TransitItem item = take(s, o.transferOut());
            s.descending += item.amountMils() + item.feeMils();
        } else if (operation instanceof RegisterOperation.Refill o) {
            s.descending += o.amount();
            s.refilled += o.amount();
        }
        s.posted.put(id, operation);
    }

    private static TransitItem take(State s, TransactionId id) {
        TransitItem item = s.items.remove(id);
        s.transit -= item.amountMils() + item.feeMils();
        return item;
    }

    private RegisterRecord record(TransactionId id, RegisterOperation operation) {
        return new RegisterRecord(
                id, operation.kind(), 0, 0, "", Instant.EPOCH, registers(), new byte[32], new byte[16]);
    }

    @Override
    public Registers registers() {
        State s = state();
        return new Registers(
                World.CHF,
                0,
                s.descending,
                s.transferred,
                s.transit,
                s.refilled,
                0,
                0,
                s.fees,
                0,
                0,
                1,
                s.posted.size(),
                new RegisterLimits(0, 1_000_000, 1_000_000_000),
                MeterState.OPERATIONAL,
                "",
                Instant.MAX);
    }

    @Override
    public List<RegisterRecord> log(long fromSequence, int max) {
        return List.of();
    }

    @Override
    public Optional<RegisterRecord> find(TransactionId id) {
        return Optional.ofNullable(state().posted.get(id)).map(operation -> record(id, operation));
    }

    @Override
    public List<TransitItem> inTransit() {
        return List.copyOf(state().items.values());
    }

    @Override
    public long verify() {
        return state().posted.size();
    }
}
