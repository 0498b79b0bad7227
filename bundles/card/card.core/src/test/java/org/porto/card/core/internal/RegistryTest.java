// SPDX-License-Identifier: Apache-2.0
package org.porto.card.core.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardCode;
import org.porto.card.api.CardInsertionHandler;
import org.porto.card.api.ExchangeException;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.card.spi.CardReaderDriver;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;
import org.porto.driver.api.DriverVerdict;
import org.porto.driver.api.Fit;
import org.porto.model.api.RefusedException;

public class RegistryTest {

    private static final byte[] COMMAND = {0, 1, 2, 3};
    /** No healthy driver of a busy machine meets these. */
    private static final Claim.Limits LIMITS = limits(Duration.ofMinutes(1));
    /** For drivers that hang for good. */
    private static final Claim.Limits SHORT = limits(Duration.ofSeconds(1));

    /** A driver of one slot that behaves as told. */
    private static final class Fake implements CardReaderDriver, CardSlot, CardConnection {
        volatile boolean present = true;
        volatile Act slots = () -> {};
        volatile Act connect = () -> {};
        volatile Act transmit = () -> {};
        volatile Act close = () -> {};
        volatile byte[] response = {(byte) 0x90, 0};
        volatile byte[] atr = {0x3B, 0};
        volatile int open;

        interface Act {
            void run() throws ReaderException, CardException;
        }

        @Override
        public List<CardSlot> slots() throws ReaderException {
            try {
                slots.run();
            } catch (CardException e) {
                throw new AssertionError(e);
            }
            return List.of(this);
        }

        @Override
        public String name() {
            return "1";
        }

        @Override
        public boolean cardPresent() {
            return present;
        }

        @Override
        public CardConnection connect() throws ReaderException, CardException {
            connect.run();
            open++;
            return this;
        }

        @Override
        public byte[] atr() {
            return atr;
        }

        @Override
        public byte[] transmit(byte[] command) throws ReaderException, CardException {
            transmit.run();
            return response;
        }

        @Override
        public void close() {
            try {
                close.run();
            } catch (ReaderException | CardException e) {
                throw new AssertionError(e);
            }
            open--;
        }
    }

    @Rule
    public final Timeout limit = new Timeout(5, TimeUnit.MINUTES);

    private Registry registry = new Registry(LIMITS);
    private final CountDownLatch never = new CountDownLatch(1);
    private final ExecutorService thread = Executors.newCachedThreadPool();

    @After
    public void close() {
        never.countDown();
        registry.close();
        thread.shutdownNow();
    }

    private static Claim.Limits limits(Duration each) {
        return new Claim.Limits(each, each, each, each);
    }

    private void withShortLimits() {
        registry.close();
        registry = new Registry(SHORT);
    }

    private void hang() {
        boolean done = false;
        while (!done) {
            try {
                never.await();
                done = true;
            } catch (InterruptedException e) {
                Thread.yield(); // the worst driver: it does not listen
            }
        }
    }

    private Driver add(String id, Driver.Match match, Fake fake) {
        Driver driver = new Driver(id, "1.0.0", match, fake);
        registry.add(driver);
        return driver;
    }

    private CardClaim claim(String reader) throws RefusedException {
        return registry.claim(reader, Duration.ZERO);
    }

    private void refused(CardCode code, String reader) {
        assertEquals(code.code(), assertThrows(RefusedException.class, () -> claim(reader)).code());
    }

    private static void fails(CardCode code, CardClaim claim) {
        assertEquals(code, assertThrows(ExchangeException.class, () -> claim.transmit(COMMAND)).code());
    }

    private List<String> states() {
        return registry.list().stream().map(r -> r.name() + " " + r.state()).toList();
    }

    @Test
    public void claimsTheBestReaderWithACard() throws Exception {
        refused(CardCode.READER_MISSING, "");
        Fake exact = new Fake();
        Fake any = new Fake();
        add("none", Driver.Match.NONE, new Fake());
        add("any", Driver.Match.ANY, any);
        add("exact", Driver.Match.EXACT, exact);
        assertEquals(List.of("exact/1 ready", "any/1 ready", "none/1 ready"), states());
        try (CardClaim claim = claim("")) {
            assertEquals("exact/1", claim.readerName());
            assertArrayEquals(new byte[] {(byte) 0x90, 0}, claim.transmit(COMMAND));
            assertEquals("exact/1 claimed", states().get(0));
            refused(CardCode.READER_BUSY, "exact/1");
            try (CardClaim other = claim("")) {
                assertEquals("any/1", other.readerName());
            }
        }
        assertEquals(0, exact.open);
        exact.present = false;
        refused(CardCode.CARD_ABSENT, "exact/1");
        try (CardClaim claim = claim("")) {
            assertEquals("any/1", claim.readerName());
        }
        any.present = false;
        refused(CardCode.CARD_ABSENT, "");
        refused(CardCode.READER_MISSING, "none/1");
        refused(CardCode.READER_MISSING, "exact/2");
    }

    @Test
    public void closedClaimRefusesAndGivesTheReaderBack() throws Exception {
        add("a", Driver.Match.ANY, new Fake());
        CardClaim claim = claim("");
        Future<CardClaim> next = thread.submit(() -> registry.claim("a/1", Duration.ofMinutes(2)));
        assertThrows(TimeoutException.class, () -> next.get(50, TimeUnit.MILLISECONDS));
        claim.close();
        claim.close();
        fails(CardCode.CLAIM_CLOSED, claim);
        next.get().close();
    }

    @Test
    public void lyingDriversAreSeenThrough() throws Exception {
        Fake fake = new Fake();
        add("a", Driver.Match.ANY, fake);
        for (byte[] lie : new byte[][] {null, {}, {1}, new byte[259]}) {
            fake.response = lie;
            CardClaim claim = claim("");
            fails(CardCode.ANSWER_MALFORMED, claim);
            fake.response = new byte[2];
            fails(CardCode.ANSWER_MALFORMED, claim);
            claim.close();
        }
        for (byte[] lie : new byte[][] {null, {1}, new byte[34]}) {
            fake.atr = lie;
            refused(CardCode.READER_FAILED, "");
        }
        assertEquals(0, fake.open);
        assertEquals(List.of("a/1 ready"), states());
    }

    @Test
    public void failuresOfReaderAndCardAreToldApart() throws Exception {
        Fake fake = new Fake();
        add("a", Driver.Match.ANY, fake);
        fake.transmit = () -> {
            throw new CardException("gone");
        };
        try (CardClaim claim = claim("")) {
            fails(CardCode.CARD_LOST, claim);
        }
        fake.transmit = () -> {
            throw new ReaderException("gone");
        };
        try (CardClaim claim = claim("")) {
            fails(CardCode.READER_FAILED, claim);
        }
        fake.connect = () -> {
            throw new ReaderException("gone");
        };
        refused(CardCode.READER_FAILED, "");
        fake.connect = () -> {
            throw new CardException("gone");
        };
        refused(CardCode.CARD_ABSENT, "");
        assertEquals(List.of("a/1 ready"), states());
    }

    @Test
    public void throwingAndHangingDriversAreQuarantinedUntilTheyGo() throws Exception {
        withShortLimits();
        List<java.util.function.Consumer<Fake>> faults = List.of(
                f -> f.transmit = () -> {
                    throw new IllegalStateException();
                },
                f -> f.transmit = this::hang,
                f -> f.close = this::hang);
        for (java.util.function.Consumer<Fake> fault : faults) {
            Fake fake = new Fake();
            Driver driver = add("bad", Driver.Match.EXACT, fake);
            fault.accept(fake);
            CardClaim claim = claim("");
            try {
                claim.transmit(COMMAND);
            } catch (ExchangeException e) {
                assertTrue(e.code() == CardCode.READER_FAILED || e.code() == CardCode.CARD_MUTE);
            }
            claim.close();
            assertEquals(List.of("bad/1 quarantined"), states());
            refused(CardCode.DRIVER_QUARANTINED, "");
            refused(CardCode.DRIVER_QUARANTINED, "bad/1");
            registry.remove(driver);
            assertEquals(List.of(), states());
        }
        for (Fake.Act act : List.<Fake.Act>of(this::hang, () -> {
            throw new StackOverflowError();
        })) {
            Fake connect = new Fake();
            connect.connect = act;
            Driver driver = add("bad", Driver.Match.EXACT, connect);
            refused(CardCode.DRIVER_QUARANTINED, "");
            registry.remove(driver);
            Fake slots = new Fake();
            slots.slots = act;
            driver = add("bad", Driver.Match.EXACT, slots);
            assertEquals(List.of("bad/- quarantined"), states());
            Driver good = add("good", Driver.Match.ANY, new Fake());
            claim("").close();
            registry.remove(driver);
            registry.remove(good);
        }
    }

    @Test
    public void swapWaitsForTheClaim() throws Exception {
        Fake fake = new Fake();
        Driver driver = add("a", Driver.Match.ANY, fake);
        CardClaim claim = claim("");
        Future<?> swap = thread.submit(() -> registry.remove(driver));
        while (!driver.leaving()) {
            Thread.onSpinWait();
        }
        claim.transmit(COMMAND);
        refused(CardCode.READER_MISSING, "");
        assertFalse(swap.isDone());
        claim.close();
        swap.get();
        assertEquals(List.of(), states());
        assertEquals(0, fake.open);
    }

    @Test
    public void swapCutsOffAClaimThatStays() throws Exception {
        withShortLimits();
        Driver driver = add("a", Driver.Match.ANY, new Fake());
        CardClaim claim = claim("");
        registry.remove(driver);
        fails(CardCode.CLAIM_CLOSED, claim);
    }

    @Test
    public void everyHandlerIsToldOfEveryCardOnceInOrder() throws Exception {
        withShortLimits();
        Fake fake = new Fake();
        add("a", Driver.Match.ANY, fake);
        List<String> told = new ArrayList<>();
        CardInsertionHandler first = name -> {
            try {
                claim(name).close();
            } catch (RefusedException e) {
                throw new AssertionError(e);
            }
            told.add("first");
        };
        CardInsertionHandler bad = name -> {
            throw new IllegalStateException();
        };
        CardInsertionHandler hanging = name -> hang();
        CardInsertionHandler last = name -> told.add("last");
        List<CardInsertionHandler> all = List.of(first, bad, hanging, last);
        registry.poll(all);
        registry.poll(all);
        assertEquals(List.of("first", "last"), told);
        fake.present = false;
        registry.poll(all);
        fake.present = true;
        registry.poll(List.of(first));
        registry.poll(List.of(first, last));
        assertEquals(List.of("first", "last", "first", "last"), told);
        fake.transmit = () -> {
            throw new CardException("pulled");
        };
        try (CardClaim claim = claim("")) {
            fails(CardCode.CARD_LOST, claim);
            registry.poll(List.of(last));
        }
        registry.poll(List.of(last));
        assertEquals("the next card is a new one", 5, told.size());
    }

    @Test
    public void declaredModelsComeInAnyShape() {
        assertEquals(List.of("x", "m"), ReaderRegistry.declared(new String[] {"x", "m"}));
        assertEquals(List.of("m"), ReaderRegistry.declared("m"));
        assertEquals(List.of("*"), ReaderRegistry.declared(List.of("*")));
        assertEquals(List.of(), ReaderRegistry.declared(null));
    }

    @Test
    public void choiceIsExplainedReaderByReader() throws Exception {
        Fake loaded = new Fake();
        add("any", Driver.Match.ANY, loaded);
        add("none", Driver.Match.NONE, new Fake());
        registry.list();
        List<DriverVerdict> verdicts = ReaderChoice.explain(registry.drivers(), List.of("any", "absent"), "m");
        assertEquals(List.of("any", "none", "absent"), verdicts.stream().map(DriverVerdict::driverId).distinct().toList());
        assertEquals(1, verdicts.stream().filter(DriverVerdict::chosen).count());
        assertTrue(verdicts.get(0).reason(), verdicts.get(0).reason().contains("any model"));
        assertTrue(verdicts.get(2).reason().contains("not installed"));
    }

    @Test
    public void rankMayChangeWhileDriversServe() {
        Fit[] fit = {new Fit(true, 5, "named")};
        Driver low = new Driver("low", "1.0.0", () -> fit[0], new Fake());
        registry.add(low);
        add("ten", Driver.Match.EXACT, new Fake());
        assertEquals("ten", registry.list().get(0).driverId());
        fit[0] = new Fit(true, 50, "named");
        assertEquals("low", registry.list().get(0).driverId());
        fit[0] = new Fit(false, 0, "not named any more");
        assertEquals(false, registry.list().get(registry.list().size() - 1).matches());
    }
}
