// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.porto.model.api.TransactionId;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/** Compares a vault with the model, in everything that a caller can see. */
final class Judge {

    private static final int LATEST = 8;
    private static final long NEXT = 0x7FFF_0000L;

    private Judge() {}

    /** Registers, transit, records and ids; the model has at least as many records. @return how many the vault has */
    static long agrees(String name, Vault vault, PureModel model) throws Exception {
        return agrees(name, vault, model, LATEST);
    }

    /** @param latest of so many records the contents and the id too */
    static long agrees(String name, Vault vault, PureModel model, int latest) throws Exception {
        Registers registers = vault.registers();
        long found = registers.sequence();
        assertTrue(name + ": " + found + " records, posted were " + model.count(), found <= model.count());
        assertEquals(name, model.after(found), registers);
        assertEquals(name, model.transitAfter(found), vault.inTransit().stream().map(TransitItem::transaction).toList());
        long from = Math.max(1, found - latest + 1);
        long at = from;
        for (RegisterRecord record : vault.log(from, 10_000)) {
            assertEquals(name + ", record " + at, model.after(at), record.after());
            assertEquals(name + ", record " + at, model.record(at).id(), record.transaction());
            at++;
        }
        assertEquals(name + ": log ends", found + 1, at);
        for (long sequence = from; sequence <= found; sequence++) {
            TransactionId id = model.record(sequence).id();
            assertEquals(name + ", find " + sequence, sequence, (long) vault.find(id).map(RegisterRecord::sequence).orElse(0L));
        }
        for (long sequence = found + 1; sequence <= model.count(); sequence++) {
            assertTrue(name + ": record " + sequence + " is and is not", vault.find(model.record(sequence).id()).isEmpty());
        }
        return found;
    }

    /** The model of what the log says, made of the acts that were posted, in the log's order. */
    static PureModel follow(String name, PureModel before, Vault vault, List<Act> acts) throws Exception {
        Map<TransactionId, Act> byId = new HashMap<>();
        acts.forEach(act -> byId.put(act.id(), act));
        PureModel model = new PureModel(before, before.count());
        List<RegisterRecord> log;
        do {
            log = vault.log(model.count() + 1, 1000);
            for (RegisterRecord record : log) {
                Act act = byId.get(record.transaction());
                assertTrue(name + ": nobody posted " + record, act != null && act.kind().equals(record.kind()));
                assertEquals(name + " " + record, "", act.on(model, record.time()));
                assertEquals(name, model.now(), record.after());
            }
        } while (!log.isEmpty());
        return model;
    }

    /** What always works on a meter in this state, except after its end. */
    static Act next(PureModel model) {
        long number = NEXT + model.count();
        if (model.now().state() == MeterState.UNINITIALISED) {
            return Act.of(number, new RegisterOperation.Authorise(Bench.EUR, Bench.LIMITS));
        }
        return model.now().state() == MeterState.OPERATIONAL && model.now().descending() >= 10
                ? Act.of(number, new RegisterOperation.Frank(10, "next"))
                : Act.of(number, new RegisterOperation.Inspected(Bench.START.plusSeconds(86_400L * 365)));
    }

    /**
     * A vault that was cut off opens here to the model's state after one of the records from {@code least} on, verifies, does what was
     * not done, and one more.
     *
     * @param model with everything that may be there
     * @param ids that must be
     * @param acts every one that the model has
     * @param opened told when the vault has opened
     */
    static void recovers(
            String name, Bench bench, PureModel model, long least, List<TransactionId> ids, List<Act> acts, Runnable opened)
            throws Exception {
        try (Vault vault = bench.vault()) {
            vault.registers();
            opened.run();
            long found = agrees(name, vault, model);
            assertTrue(name + ": acknowledged were " + least + ", found " + found, found >= least);
            for (TransactionId id : ids) {
                assertTrue(name + ": acknowledged and gone: " + id, vault.find(id).isPresent());
            }
            assertEquals(name, found, vault.verify());
            goesOn(name, bench, vault, model, found, acts);
        }
    }

    /** The last ones and the lost ones in their order again: the same records; then one more. */
    static void goesOn(String name, Bench bench, Vault vault, PureModel model, long found, List<Act> acts) throws Exception {
        for (long sequence = Math.max(1, found - 2); sequence <= model.count(); sequence++) {
            TransactionId id = model.record(sequence).id();
            Act act = acts.stream().filter(a -> a.id().equals(id)).findFirst().orElseThrow();
            assertEquals(name + ", repeated " + act, sequence, act.on(vault).sequence());
        }
        assertEquals(name, model.now(), vault.registers());
        long count = model.count();
        if (model.now().state() != MeterState.WITHDRAWN) {
            Act next = next(model);
            PureModel more = new PureModel(model, count);
            assertEquals("", next.on(more, bench.now));
            RegisterRecord record = next.on(vault);
            assertEquals(name, more.now(), record.after());
            count++;
        }
        assertEquals(name, count, vault.verify());
    }
}
