// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.Registers;

/**
 * What a vault has to be, written from the rules (V1, V2, V6, V7, T5, T9, F5, L2) and the api's words alone, without the vault's
 * code: plain sums in memory. Keeps the state after every record.
 */
final class PureModel {

    /** A record as the model has it. The operation is null for a roll-over of the key. */
    record Entry(TransactionId id, RegisterOperation operation, Registers after, List<TransactionId> transit) {}

    /** A transfer under way. */
    private record Open(long amount, long fee) {}

    private final Duration clockBack;
    private final List<Entry> records = new ArrayList<>();
    private final Map<TransactionId, Integer> known = new HashMap<>();
    private final LinkedHashMap<TransactionId, Open> open = new LinkedHashMap<>();
    private final Map<TransactionId, Open> everOpen = new HashMap<>();
    private Registers now = state(new long[12], new RegisterLimits(0, 0, 0), MeterState.UNINITIALISED, "", Instant.EPOCH);
    private Instant last = Instant.MIN;

    PureModel() {
        this(Duration.ofDays(1));
    }

    PureModel(Duration clockBack) {
        this.clockBack = clockBack;
    }

    /** The first {@code count} records of another. */
    PureModel(PureModel other, long count) {
        this(other.clockBack);
        for (Entry entry : other.records.subList(0, (int) count)) {
            Instant at = Instant.EPOCH.plusSeconds(1);
            String code = entry.operation() == null ? roll(entry.id(), at) : post(entry.id(), entry.operation(), at);
            if (!code.isEmpty() || !now.equals(entry.after())) {
                throw new AssertionError("model is no model: " + entry + " " + code);
            }
        }
        last = other.last;
    }

    private static Registers state(long[] r, RegisterLimits limits, MeterState state, String reason, Instant deadline) {
        return new Registers(
                Bench.EUR, r[0], r[1], r[2], r[3], r[4], r[5], r[6], r[7], r[8], r[9], r[10], r[11], limits, state, reason, deadline);
    }

    Registers now() {
        return now;
    }

    long count() {
        return records.size();
    }

    Registers after(long sequence) {
        return sequence == 0 ? new PureModel().now : records.get((int) sequence - 1).after();
    }

    List<TransactionId> transitAfter(long sequence) {
        return sequence == 0 ? List.of() : records.get((int) sequence - 1).transit();
    }

    Entry record(long sequence) {
        return records.get((int) sequence - 1);
    }

    List<TransactionId> transit() {
        return List.copyOf(open.keySet());
    }

    /** @return number of the record with this id, 0 when there is none */
    long sequenceOf(TransactionId id) {
        return known.getOrDefault(id, 0);
    }

    /** The vault was found with fewer records than were posted but not acknowledged. */
    PureModel cutTo(long sequence) {
        return sequence == records.size() ? this : new PureModel(this, sequence);
    }

    String roll(TransactionId id, Instant at) {
        if (known.containsKey(id)) {
            return records.get(known.get(id) - 1).operation() == null ? "" : "REG-006";
        }
        if (!last.equals(Instant.MIN) && at.isBefore(last.minus(clockBack))) {
            return "REG-013";
        }
        if (now.state() == MeterState.WITHDRAWN) {
            return "REG-008";
        }
        long[] r = values();
        r[11]++;
        keep(id, null, state(r, now.limits(), now.state(), now.lockReason(), now.inspectionDeadline()), at);
        return "";
    }

    /** @return empty when done, else the code of the refusal */
    String post(TransactionId id, RegisterOperation operation, Instant at) {
        if (known.containsKey(id)) {
            return operation.equals(records.get(known.get(id) - 1).operation()) ? "" : "REG-006";
        }
        if (!last.equals(Instant.MIN) && at.isBefore(last.minus(clockBack))) {
            return "REG-013";
        }
        long[] r = values();
        RegisterLimits limits = now.limits();
        MeterState state = now.state();
        String reason = now.lockReason();
        Instant deadline = now.inspectionDeadline();
        if (operation instanceof RegisterOperation.Authorise o) {
            if (state != MeterState.UNINITIALISED) {
                return "REG-008";
            }
            limits = o.limits();
            state = MeterState.AUTHORISED;
        } else if (operation instanceof RegisterOperation.Activate) {
            if (state != MeterState.AUTHORISED) {
                return "REG-008";
            }
            state = MeterState.OPERATIONAL;
        } else if (operation instanceof RegisterOperation.Refill o) {
            String refused = refill(r, o);
            if (!refused.isEmpty()) {
                return refused;
            }
        } else if (operation instanceof RegisterOperation.Frank o) {
            String refused = spend(o.amount(), true, at);
            if (!refused.isEmpty()) {
                return refused;
            }
            r[1] -= o.amount();
            piece(r, o.amount());
        } else if (operation instanceof RegisterOperation.FrankByCard o) {
            String refused = spend(o.amount(), false, at);
            if (!refused.isEmpty()) {
                return refused;
            }
            r[5] += o.amount();
            piece(r, o.amount());
        } else if (operation instanceof RegisterOperation.TransferOut o) {
            String refused = transferOut(o, at);
            if (!refused.isEmpty()) {
                return refused;
            }
            r[1] -= o.amount() + o.fee();
            r[3] += o.amount() + o.fee();
            open.put(id, new Open(o.amount(), o.fee()));
            everOpen.put(id, open.get(id));
        } else if (operation instanceof RegisterOperation.TransferDone o) {
            Open item = running() ? open.remove(o.transferOut()) : null;
            if (item == null) {
                return running() ? "REG-016" : "REG-008";
            }
            r[3] -= item.amount() + item.fee();
            r[2] += item.amount();
            r[7] += item.fee();
        } else if (operation instanceof RegisterOperation.TransferUndone o) {
            Open item = running() ? open.remove(o.transferOut()) : null;
            if (item == null) {
                return running() ? "REG-016" : "REG-008";
            }
            r[3] -= item.amount() + item.fee();
            r[1] += item.amount() + item.fee();
        } else if (operation instanceof RegisterOperation.Inspected o) {
            if (!running() && state != MeterState.AUTHORISED) {
                return "REG-008";
            }
            deadline = o.deadline();
        } else if (operation instanceof RegisterOperation.Lock o) {
            if (state != MeterState.OPERATIONAL) {
                return "REG-008";
            }
            state = MeterState.LOCKED;
            reason = o.reason();
        } else if (operation instanceof RegisterOperation.Unlock) {
            if (state != MeterState.LOCKED) {
                return "REG-008";
            }
            state = MeterState.OPERATIONAL;
            reason = "";
        } else if (operation instanceof RegisterOperation.Withdraw) {
            if (!running() || r[3] != 0) {
                return "REG-008";
            }
            r[6] += r[1];
            r[1] = 0;
            state = MeterState.WITHDRAWN;
            reason = "";
        }
        r[11]++;
        keep(id, operation, state(r, limits, state, reason, deadline), at);
        return "";
    }

    private void keep(TransactionId id, RegisterOperation operation, Registers after, Instant at) {
        now = after;
        last = at.isAfter(last) ? at : last;
        records.add(new Entry(id, operation, after, List.copyOf(open.keySet())));
        known.put(id, records.size());
        if (after.ascending() + after.descending() + after.transferOut() + after.inTransit() + after.withdrawn() + after.fees()
                != after.refilled() + after.cardTakings()) {
            throw new AssertionError("model is no model: " + after);
        }
    }

    private long[] values() {
        return new long[] {
            now.ascending(), now.descending(), now.transferOut(), now.inTransit(), now.refilled(), now.cardTakings(),
            now.withdrawn(), now.fees(), now.pieceCount(), now.zeroPieceCount(), now.refillCount(), now.sequence()
        };
    }

    private boolean running() {
        return now.state() == MeterState.OPERATIONAL || now.state() == MeterState.LOCKED;
    }

    private static void piece(long[] r, long amount) {
        r[0] += amount;
        r[8]++;
        r[9] += amount == 0 ? 1 : 0;
    }

    private String refill(long[] r, RegisterOperation.Refill o) {
        if (now.state() != MeterState.OPERATIONAL) {
            return "REG-008";
        }
        if (o.amount() <= 0 || o.refillNumber() < 0) {
            return "REG-001";
        }
        if (r[1] + r[3] + o.amount() > now.limits().balanceMilsMax()) {
            return "REG-003";
        }
        r[1] += o.amount();
        r[4] += o.amount();
        r[10]++;
        return "";
    }

    private String spend(long amount, boolean funds, Instant at) {
        String refused = spending(at);
        if (!refused.isEmpty()) {
            return refused;
        }
        if (amount < 0) {
            return "REG-001";
        }
        if (amount != 0 && amount < now.limits().itemMilsMin() || amount > now.limits().itemMilsMax()) {
            return "REG-002";
        }
        return funds && amount > now.descending() ? "REG-004" : "";
    }

    private String spending(Instant at) {
        if (now.state() != MeterState.OPERATIONAL) {
            return "REG-008";
        }
        Instant time = at.isBefore(last) ? last : at; // a record is never before the one in front
        return !now.inspectionDeadline().equals(Instant.EPOCH) && time.isAfter(now.inspectionDeadline()) ? "REG-017" : "";
    }

    private String transferOut(RegisterOperation.TransferOut o, Instant at) {
        String refused = spending(at);
        if (!refused.isEmpty()) {
            return refused;
        }
        if (o.amount() <= 0 || o.fee() < 0) {
            return "REG-001";
        }
        return o.amount() + o.fee() > now.descending() ? "REG-004" : "";
    }
}
