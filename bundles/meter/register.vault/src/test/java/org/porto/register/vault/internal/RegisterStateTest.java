// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.time.Instant;
import java.util.Currency;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/** The table of transitions: states by operations, refusals, limits, overflows. */
public class RegisterStateTest {

    private static final TransactionId OUT = Bench.id(77);
    private static final TransitItem ITEM = new TransitItem(OUT, 300, 20, "CARD", Bench.START);
    private static final String OK = "ok";

    /** Rows: operations; columns: the five states in their order. */
    private static final Object[][] TABLE = {
        {new RegisterOperation.Authorise(Bench.EUR, Bench.LIMITS), OK, "REG-008", "REG-008", "REG-008", "REG-008"},
        {new RegisterOperation.Activate(), "REG-008", OK, "REG-008", "REG-008", "REG-008"},
        {new RegisterOperation.Refill(100, 1), "REG-008", "REG-008", OK, "REG-008", "REG-008"},
        {new RegisterOperation.Frank(100, "letter"), "REG-008", "REG-008", OK, "REG-008", "REG-008"},
        {new RegisterOperation.FrankByCard(100, "letter", "CARD"), "REG-008", "REG-008", OK, "REG-008", "REG-008"},
        {new RegisterOperation.TransferOut(100, 1, "CARD"), "REG-008", "REG-008", OK, "REG-008", "REG-008"},
        {new RegisterOperation.TransferDone(OUT), "REG-008", "REG-008", OK, OK, "REG-008"},
        {new RegisterOperation.TransferUndone(OUT), "REG-008", "REG-008", OK, OK, "REG-008"},
        {new RegisterOperation.Inspected(Bench.START), "REG-008", OK, OK, OK, "REG-008"},
        {new RegisterOperation.Lock("why"), "REG-008", "REG-008", OK, "REG-008", "REG-008"},
        {new RegisterOperation.Unlock(), "REG-008", "REG-008", "REG-008", OK, "REG-008"},
        {new RegisterOperation.Withdraw(), "REG-008", "REG-008", "REG-008", "REG-008", "REG-008"},
    };

    @Test
    public void everyOperationInEveryState() {
        for (Object[] row : TABLE) {
            RegisterOperation operation = (RegisterOperation) row[0];
            for (MeterState state : MeterState.values()) {
                assertEquals(operation + " in " + state, row[1 + state.ordinal()], outcome(in(state), operation));
            }
        }
        for (MeterState state : new MeterState[] {MeterState.OPERATIONAL, MeterState.LOCKED}) {
            assertEquals(OK, outcome(with(state, 1_000, 0), new RegisterOperation.Withdraw()));
        }
        assertEquals("REG-008", outcome(with(MeterState.AUTHORISED, 0, 0), new RegisterOperation.Withdraw()));
    }

    @Test
    public void refusalsOfAmountsLimitsAndTexts() {
        Map<RegisterOperation, String> refused = new java.util.LinkedHashMap<>();
        refused.put(new RegisterOperation.Refill(0, 1), "REG-001");
        refused.put(new RegisterOperation.Refill(-1, 1), "REG-001");
        refused.put(new RegisterOperation.Refill(100, -1), "REG-001");
        refused.put(new RegisterOperation.Refill(998_681, 1), "REG-003");
        refused.put(new RegisterOperation.Refill(998_680, 1), OK);
        refused.put(new RegisterOperation.Refill(Long.MAX_VALUE, 1), "REG-009");
        refused.put(new RegisterOperation.Frank(-1, "x"), "REG-001");
        refused.put(new RegisterOperation.Frank(0, "x"), OK);
        refused.put(new RegisterOperation.Frank(9, "x"), "REG-002");
        refused.put(new RegisterOperation.Frank(10, "x"), OK);
        refused.put(new RegisterOperation.Frank(50_001, "x"), "REG-002");
        refused.put(new RegisterOperation.Frank(1_001, "x"), "REG-004");
        refused.put(new RegisterOperation.Frank(1_000, "x"), OK);
        refused.put(new RegisterOperation.Frank(10, "x".repeat(65)), "REG-019");
        refused.put(new RegisterOperation.Frank(10, "x".repeat(64)), OK);
        refused.put(new RegisterOperation.Frank(10, "a\nb"), "REG-019");
        refused.put(new RegisterOperation.FrankByCard(50_000, "x", "CARD"), OK);
        refused.put(new RegisterOperation.FrankByCard(50_001, "x", "CARD"), "REG-002");
        refused.put(new RegisterOperation.FrankByCard(10, "x", ""), "REG-001");
        refused.put(new RegisterOperation.TransferOut(0, 0, "CARD"), "REG-001");
        refused.put(new RegisterOperation.TransferOut(10, -1, "CARD"), "REG-001");
        refused.put(new RegisterOperation.TransferOut(900, 100, "CARD"), OK);
        refused.put(new RegisterOperation.TransferOut(900, 101, "CARD"), "REG-004");
        refused.put(new RegisterOperation.TransferOut(Long.MAX_VALUE, 1, "CARD"), "REG-009");
        refused.put(new RegisterOperation.TransferDone(Bench.id(1)), "REG-016");
        refused.put(new RegisterOperation.TransferUndone(Bench.id(1)), "REG-016");
        refused.put(new RegisterOperation.Lock("x".repeat(65)), "REG-019");
        refused.put(new RegisterOperation.Inspected(Instant.MAX), "REG-001");
        refused.forEach((operation, code) ->
                assertEquals(operation.toString(), code, outcome(in(MeterState.OPERATIONAL), operation)));
        Registers fresh = RegisterState.initial(Bench.EUR);
        assertEquals(
                "REG-005",
                outcome(fresh, new RegisterOperation.Authorise(Currency.getInstance("USD"), Bench.LIMITS)));
        for (RegisterLimits limits : new RegisterLimits[] {
            new RegisterLimits(-1, 5, 10), new RegisterLimits(6, 5, 10), new RegisterLimits(1, 11, 10), new RegisterLimits(0, 0, 0)
        }) {
            assertEquals(limits.toString(), "REG-001", outcome(fresh, new RegisterOperation.Authorise(Bench.EUR, limits)));
        }
    }

    @Test
    public void registersNearTheirEndRefuseInsteadOfWrapping() {
        long near = Long.MAX_VALUE - 50;
        Registers full = registers(MeterState.OPERATIONAL, near, 0, 0, near, 0, 5, 5);
        assertEquals("REG-009", outcome(full, new RegisterOperation.FrankByCard(100, "x", "CARD")));
        Registers pieces = registers(MeterState.OPERATIONAL, 0, 1_000, 0, 1_000, 0, Long.MAX_VALUE, 5);
        assertEquals("REG-009", outcome(pieces, new RegisterOperation.Frank(10, "x")));
        Registers sequence = registers(MeterState.OPERATIONAL, 0, 1_000, 0, 1_000, 0, 0, Long.MAX_VALUE);
        assertEquals("REG-009", outcome(sequence, new RegisterOperation.Frank(10, "x")));
        Registers unbalanced = registers(MeterState.OPERATIONAL, 1, 1_000, 0, 1_000, 0, 0, 5);
        assertEquals("REG-010", outcome(unbalanced, new RegisterOperation.Frank(10, "x")));
    }

    @Test
    public void overdueStopsSpendingAndNothingElse() throws Exception {
        Registers due = RegisterState.apply(
                        in(MeterState.OPERATIONAL),
                        new RegisterOperation.Inspected(Bench.START.minusSeconds(1)),
                        this::transit,
                        Bench.START)
                .after();
        assertEquals("REG-017", outcome(due, new RegisterOperation.Frank(10, "x")));
        assertEquals("REG-017", outcome(due, new RegisterOperation.FrankByCard(10, "x", "CARD")));
        assertEquals("REG-017", outcome(due, new RegisterOperation.TransferOut(10, 0, "CARD")));
        assertEquals(OK, outcome(due, new RegisterOperation.TransferDone(OUT)));
        assertEquals(OK, outcome(due, new RegisterOperation.TransferUndone(OUT)));
        assertEquals(OK, outcome(due, new RegisterOperation.Refill(10, 2)));
        assertEquals(OK, outcome(due, new RegisterOperation.Inspected(Bench.START.plusSeconds(9))));
    }

    private Optional<TransitItem> transit(TransactionId id) {
        return id.equals(OUT) ? Optional.of(ITEM) : Optional.empty();
    }

    private String outcome(Registers before, RegisterOperation operation) {
        try {
            Change change = RegisterState.apply(before, operation, this::transit, Bench.START);
            assertTrue(change.after().balanced());
            assertEquals(before.sequence() + 1, change.after().sequence());
            return OK;
        } catch (RefusedException e) {
            return e.code();
        }
    }

    /** D 1000, T 320 in the one item. */
    private static Registers in(MeterState state) {
        return state == MeterState.UNINITIALISED ? RegisterState.initial(Bench.EUR) : with(state, 1_000, 320);
    }

    private static Registers with(MeterState state, long d, long t) {
        return registers(state, 0, d, t, d + t, 0, 0, 5);
    }

    private static Registers registers(
            MeterState state, long a, long d, long t, long r, long p, long pieces, long sequence) {
        Map<MeterState, String> reasons = new EnumMap<>(Map.of(MeterState.LOCKED, "why"));
        return new Registers(
                Bench.EUR, a, d, 0, t, r, p, 0, 0, pieces, 0, 1, sequence, Bench.LIMITS, state,
                reasons.getOrDefault(state, ""), Instant.EPOCH);
    }
}
