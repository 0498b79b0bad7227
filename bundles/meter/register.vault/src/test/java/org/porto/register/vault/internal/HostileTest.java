// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;
import static org.porto.register.vault.internal.Bench.id;

import java.lang.reflect.Field;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.model.api.PortoException;
import org.porto.model.api.UncertainException;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/**
 * Code in the same process that means harm, or is merely broken, changes no register (rule V5). What a Java process cannot guard
 * stands in docs/vault.md, and here as a test too.
 */
public class HostileTest {

    private static final Duration WINDOW = Duration.ofSeconds(10);

    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    private FaultDisk disk;
    private Bench bench;
    private PureModel model;
    private final List<Act> acts = new ArrayList<>(ProofBench.life());

    @Before
    public void start() throws Exception {
        CrashPoints.Ground ground = ProofBench.after(ProofBench.life().subList(0, 6));
        disk = ground.disk().copy();
        bench = ground.bench(disk);
        model = ground.model();
    }

    /** It is what it was, also on the medium, and goes on. */
    private void unharmed(Vault vault) throws Exception {
        assertEquals(model.count(), Judge.agrees("hostile", vault, model));
        assertEquals(model.count(), vault.verify());
        Judge.recovers("hostile, then the power went", CrashPoints.bench(disk.crashPoint().least(), bench.keys), model, model.count(), List.of(),
                acts, () -> {});
        Act act = Judge.next(model);
        acts.add(act);
        assertEquals("", act.on(model, bench.now));
        assertEquals(model.now(), act.on(vault).after());
    }

    @Test
    public void aWindowThatSomebodyElseOpenedStopsTheWriteAndTheVaultComesBack() throws Exception {
        for (String store : List.of("journal", "table", "somebody")) {
            WriteWindows windows = bench.windows();
            try (Vault vault = bench.vault(windows)) {
                Registers before = vault.registers();
                windows.open(store, before.sequence() + 1);
                PortoException e = assertThrows(PortoException.class, () -> vault.post(id(500), new RegisterOperation.Frank(900, "letter")));
                assertEquals("REG-015", e.code());
                assertEquals(before, vault.registers());
                unharmed(vault);
            }
        }
    }

    @Test
    public void aWindowIsGoodForItsStoreItsRecordsItsTimeAndOnce() throws Exception {
        WriteWindows windows = bench.windows();
        WriteWindows.Window window = windows.open("journal", 7);
        windows.check(window, "journal", 7);
        violated(() -> windows.check(null, "journal", 7));
        violated(() -> windows.check(window, "table", 7));
        violated(() -> windows.check(window, "journal", 8));
        violated(() -> windows.open("table", 7));
        WriteWindows.Window foreign = bench.windows().open("journal", 7);
        violated(() -> windows.check(foreign, "journal", 7));
        violated(() -> windows.close(foreign));
        windows.close(window);
        violated(() -> windows.check(window, "journal", 7));
        violated(() -> windows.close(window));
        WriteWindows.Window late = windows.open("journal", 8);
        bench.nanos += WINDOW.toNanos() + 1;
        violated(() -> windows.check(late, "journal", 8));
    }

    private interface Attempt {
        void run() throws StoreException;
    }

    private static void violated(Attempt attempt) {
        assertEquals("REG-015", assertThrows(StoreException.class, attempt::run).code().code());
    }

    /** The object can be made, but it is not the open one. */
    @Test
    public void aWindowForgedByReflectionOpensNothing() throws Exception {
        WriteWindows windows = bench.windows();
        for (var constructor : WriteWindows.Window.class.getDeclaredConstructors()) {
            constructor.setAccessible(true);
            Object[] arguments = new Object[constructor.getParameterCount()];
            for (int i = 0; i < arguments.length; i++) {
                Class<?> type = constructor.getParameterTypes()[i];
                arguments[i] = type == String.class ? "journal" : type == long.class ? (Object) 7L : type == WriteWindows.class ? windows : null;
            }
            WriteWindows.Window forged = (WriteWindows.Window) constructor.newInstance(arguments);
            violated(() -> windows.check(forged, "journal", 7));
        }
    }

    /** A store that hangs in its write while time goes on: what comes back late changes nothing for good without its repair. */
    @Test
    public void aThreadThatHoldsAWindowPastItsDeadlineIsUncertain() throws Exception {
        try (Vault vault = bench.vault()) {
            vault.registers();
            for (FaultDisk.Op op : List.of(FaultDisk.Op.WRITE, FaultDisk.Op.FORCE)) {
                boolean[] met = {false};
                disk.observer = step -> {
                    if (!met[0] && step.op() == op) {
                        met[0] = true;
                        bench.nanos += WINDOW.toNanos() * 3;
                    }
                };
                Act act = Act.of(600L + op.ordinal(), new RegisterOperation.Frank(10, "letter"));
                UncertainException e = assertThrows(UncertainException.class, () -> act.on(vault));
                assertEquals("REG-015", e.code());
                disk.observer = step -> {};
                act.on(vault);
                assertEquals("", act.on(model, bench.now));
                assertEquals(model.now(), vault.registers());
            }
            assertEquals(model.count(), vault.verify());
        }
    }

    /** A thread that never comes back from its write: the watchdog faults the vault, nobody waits, and it ends before or after. */
    @Test
    public void aWriteThatDoesNotComeBackIsFaultedByTheWatchdog() throws Exception {
        CountDownLatch inside = new CountDownLatch(1);
        CountDownLatch out = new CountDownLatch(1);
        Act act = Act.of(800, new RegisterOperation.Frank(10, "letter"));
        AtomicReference<PortoException> got = new AtomicReference<>();
        try (Vault vault = bench.vault()) {
            vault.registers();
            Thread stuck = new Thread(() -> {
                try {
                    act.on(vault);
                } catch (PortoException e) {
                    got.set(e);
                }
            });
            disk.observer = step -> {
                if (Thread.currentThread() == stuck && inside.getCount() > 0) {
                    inside.countDown();
                    await(out);
                }
            };
            stuck.start();
            await(inside);
            vault.watch();
            assertEquals("nothing is wrong yet", model.now(), vault.registers());
            bench.nanos += WINDOW.toNanos() * 2;
            vault.watch();
            for (int i = 0; i < 2; i++) {
                long number = 801 + i;
                PortoException e = assertThrows(PortoException.class, () -> vault.post(id(number), new RegisterOperation.Frank(10, "letter")));
                assertEquals("REG-015", e.code());
            }
            out.countDown();
            stuck.join(20_000);
            assertEquals("REG-015", got.get().code());
            disk.observer = step -> {};
            act.on(vault);
            acts.add(act);
            assertEquals("", act.on(model, bench.now));
            unharmed(vault);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            assertTrue(latch.await(20, TimeUnit.SECONDS));
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    public void wildCallsChangeNothing() throws Exception {
        long seed = Long.getLong("seed", 20260301L);
        Random random = new Random(seed);
        try (Vault vault = bench.vault()) {
            Act good = Act.of(900, new RegisterOperation.Frank(10, "letter")); // and what maintenance is due with it
            good.on(vault);
            good.on(model, bench.now);
            acts.add(good);
            int steps = disk.steps();
            for (int i = 0; i < 3_000; i++) {
                RegisterOperation operation = null;
                try {
                    operation = wild(random);
                    RegisterRecord record = vault.post(random.nextInt(20) == 0 ? null : id(10_000 + i), operation);
                    throw new AssertionError("seed " + seed + ": " + operation + " was taken: " + record);
                } catch (PortoException | NullPointerException | IllegalArgumentException e) {
                    assertEquals("seed " + seed + ", " + operation + ": " + e, model.now(), vault.registers());
                    assertEquals("written after " + operation + ": " + e, steps, disk.steps());
                }
            }
            assertEquals("nothing was written", steps, disk.steps());
            assertThrows(RuntimeException.class, () -> vault.find(null));
            vault.log(Long.MIN_VALUE, Integer.MIN_VALUE);
            vault.log(Long.MAX_VALUE, Integer.MAX_VALUE);
            unharmed(vault);
        }
    }

    /** None of these is allowed in the state after {@link #start}. */
    private static RegisterOperation wild(Random random) {
        long[] amounts = {-1, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE - 1, 50_001, 9, 1L << 62};
        long amount = amounts[random.nextInt(amounts.length)];
        String[] texts = {null, "x".repeat(65), "line\nbreak", "\u0000", "\uD800", "x".repeat(100_000)};
        String text = texts[random.nextInt(texts.length)];
        Currency other = Currency.getInstance("USD");
        return switch (random.nextInt(14)) {
            case 0 -> null;
            case 1 -> new RegisterOperation.Frank(amount, "letter");
            case 2 -> new RegisterOperation.Frank(100, text);
            case 3 -> new RegisterOperation.FrankByCard(amount, "letter", "card");
            case 4 -> new RegisterOperation.FrankByCard(100, "letter", text);
            case 5 -> new RegisterOperation.Refill(amount == 9 || amount == 50_001 ? 0 : amount, 1);
            case 6 -> new RegisterOperation.TransferOut(amount == 9 || amount == 50_001 ? 0 : amount, 0, "card");
            case 7 -> new RegisterOperation.TransferOut(100, amount == 9 || amount == 50_001 ? -5 : amount, "card");
            case 8 -> new RegisterOperation.TransferDone(random.nextBoolean() ? null : id(77_777));
            case 9 -> new RegisterOperation.TransferUndone(random.nextBoolean() ? null : id(77_777));
            case 10 -> new RegisterOperation.Inspected(
                    random.nextBoolean() ? null : random.nextBoolean() ? Instant.MAX : random.nextBoolean() ? Instant.MIN : Instant.EPOCH);
            case 11 -> new RegisterOperation.Lock(text);
            case 12 -> new RegisterOperation.Authorise(
                    random.nextBoolean() ? other : null, new RegisterLimits(amount, amount, amount));
            default -> new RegisterOperation.Withdraw(); // something is in transit
        };
    }

    @Test
    public void whatTheVaultGivesAwayCannotBeUsedAgainstIt() throws Exception {
        try (Vault vault = bench.vault()) {
            RegisterRecord record = vault.log(1, 1).get(0);
            byte[] hash = record.hash();
            java.util.Arrays.fill(record.hash(), (byte) 0);
            java.util.Arrays.fill(record.mac(), (byte) 0);
            assertArrayEquals(hash, vault.log(1, 1).get(0).hash());
            List<TransitItem> transit = vault.inTransit();
            assertEquals(1, transit.size());
            assertThrows(UnsupportedOperationException.class, transit::clear);
            try {
                vault.log(1, 10).clear(); // a copy at most
            } catch (UnsupportedOperationException e) {
                assertEquals(model.count(), vault.log(1, 100).size());
            }
            unharmed(vault);
        }
    }

    /** The language keeps the fields of a record final, reflection or not. */
    @Test
    public void registersOfARecordCannotBeSetByReflection() throws Exception {
        try (Vault vault = bench.vault()) {
            for (Object victim : List.of(vault.registers(), vault.log(1, 1).get(0), vault.inTransit().get(0))) {
                for (Field field : victim.getClass().getDeclaredFields()) {
                    if (!java.lang.reflect.Modifier.isStatic(field.getModifiers())) {
                        field.setAccessible(true);
                        Object value = field.get(victim);
                        assertThrows(IllegalAccessException.class, () -> field.set(victim, value));
                    }
                }
            }
            unharmed(vault);
        }
    }

    /**
     * What Java does not guard, said out loud: all bundles are in unnamed modules, so reflection reaches any private field, and what is
     * shown can be forged until the next record. The records themselves go on from the last one in the stores.
     */
    @Test
    public void reflectionForgesWhatIsShownButNoRecord() throws Exception {
        try (Vault vault = bench.vault()) {
            Registers r = vault.registers();
            Object ledger = field(Vault.class, "ledger").get(vault);
            Field view = field(Ledger.class, "view");
            Registers forged = new Registers(
                    r.currency(), r.ascending(), r.descending() + 800_000, r.transferOut(), r.inTransit(), r.refilled() + 800_000,
                    r.cardTakings(), r.withdrawn(), r.fees(), r.pieceCount(), r.zeroPieceCount(), r.refillCount(), r.sequence(), r.limits(),
                    r.state(), r.lockReason(), r.inspectionDeadline());
            view.set(ledger, new Ledger.View(forged, vault.inTransit(), r.sequence(), 0));
            assertEquals("Java would have to guard this", forged, vault.registers());
            PortoException e = assertThrows(PortoException.class, () -> vault.post(id(990), new RegisterOperation.TransferOut(500_000, 0, "card")));
            assertEquals("REG-004", e.code());
            Act act = Act.of(991, new RegisterOperation.Frank(10, "letter"));
            act.on(model, bench.now);
            acts.add(act);
            assertEquals(model.now(), act.on(vault).after());
            unharmed(vault);
        }
    }

    private static Field field(Class<?> type, String name) throws ReflectiveOperationException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    /** Bytes that look like the next record, at the journal's end and nowhere else, are no record. */
    @Test
    public void aRecordForgedOnTheMediumIsNotAccepted() throws Exception {
        TestKeys thief = new TestKeys("thief's ");
        thief.symmetricKey(Seal.KEY);
        for (TestKeys keys : List.of(thief, bench.keys)) {
            FaultDisk own = disk.copy();
            String journal = ProofBench.Kind.JOURNAL.in(own);
            byte[] bytes = own.bytes(journal);
            int end = bytes.length;
            while (bytes[end - 1] == 0) {
                end--;
            }
            Registers now = model.now();
            Change change = RegisterState.apply(
                    now, new RegisterOperation.Refill(800_000, 9), x -> java.util.Optional.empty(), bench.now);
            byte[] previous = new byte[RecordCodec.HASH_BYTES]; // with the right key only the chain is wrong
            if (keys == thief) {
                try (Vault vault = bench.vault()) {
                    previous = vault.log(now.sequence(), 1).get(0).hash();
                }
            }
            StoredRecord forged = new RecordCodec(new Seal(keys)).encode(id(666), "refill", change, bench.now, previous);
            own.overwrite(journal, end, forged.bytes());
            Bench victim = CrashPoints.bench(own, bench.keys);
            Judge.recovers("forged", victim, model, model.count(), List.of(), acts, () -> {});
        }
    }

    /** Java closes a channel under a thread that is interrupted in it. That may cost the call, never a record. */
    @Test
    public void interruptedCallersLoseTheirAnswerAtMost() throws Exception {
        Path folder = temp.newFolder().toPath().resolve("vault");
        Bench real = ProofBench.real(folder, new TestKeys());
        PureModel plain = new PureModel();
        List<Act> acts = new ArrayList<>();
        try (Vault vault = real.vault()) {
            for (int i = 0; i < Bench.running().size(); i++) {
                acts.add(Act.of(i + 1L, Bench.running().get(i)));
                acts.get(i).on(vault);
            }
            for (int i = 0; i < 20; i++) {
                Act act = ProofBench.mixed(100 + i);
                acts.add(act);
                Thread.currentThread().interrupt();
                try {
                    act.on(vault);
                } catch (PortoException e) {
                    assertEquals("REG-011", e.code());
                } finally {
                    Thread.interrupted();
                }
                act.on(vault);
            }
            plain = Judge.follow("interrupted", plain, vault, acts);
            assertEquals(acts.size(), plain.count());
            assertEquals(plain.count(), vault.verify());
        }
        try (Vault vault = real.vault()) {
            assertEquals(plain.count(), Judge.agrees("interrupted", vault, plain));
        }
    }

    /** Who is told of the progress may post, throw or hang; others go on. */
    @Test
    public void aListenerOfVerifyHoldsNothing() throws Exception {
        try (Vault vault = bench.vault()) {
            IllegalStateException thrown = assertThrows(IllegalStateException.class, () -> vault.verify((record, of) -> {
                throw new IllegalStateException("hostile");
            }));
            assertEquals("hostile", thrown.getMessage());
            Act act = Act.of(700, new RegisterOperation.Frank(10, "letter"));
            AtomicReference<Throwable> failed = new AtomicReference<>();
            vault.verify((record, of) -> inAnotherThread(failed, () -> act.on(vault)));
            assertEquals(null, failed.get());
            assertEquals("", act.on(model, bench.now));
            assertTrue(vault.find(act.id()).isPresent());
            unharmedFrom(vault);
        }
    }

    private void unharmedFrom(Vault vault) throws Exception {
        assertEquals(model.count(), Judge.agrees("hostile", vault, model));
        assertEquals(model.count(), vault.verify());
    }

    private static void inAnotherThread(AtomicReference<Throwable> failed, Callable<?> work) {
        Thread thread = new Thread(() -> {
            try {
                work.call();
            } catch (Exception e) {
                failed.set(e);
            }
        });
        thread.start();
        try {
            thread.join(20_000);
        } catch (InterruptedException e) {
            failed.set(e);
        }
        if (thread.isAlive()) {
            failed.set(new AssertionError("the vault waits for its listener"));
        }
    }
}
