// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;

public class PcscReaderTest {

    private static final byte[] COMMAND = {0, (byte) 0xA4, 4, 0, 0};

    @Rule
    public final Timeout limit = new Timeout(60, TimeUnit.SECONDS);

    private final FakeStack stack = new FakeStack();
    private Hotplug hotplug = hotplug("Fake .*", true, 5_000);

    private Hotplug hotplug(String readers, boolean exclusive, int answerMillis) {
        return new Hotplug(
                stack,
                new Settings(
                        Pattern.compile(readers), exclusive, "*", Duration.ofMillis(answerMillis), Duration.ofMillis(1)));
    }

    @After
    public void close() {
        stack.unhang.countDown();
        hotplug.close();
    }

    private CardSlot slot() throws ReaderException {
        return hotplug.slots().get(0);
    }

    private CardConnection connected() throws ReaderException, CardException {
        stack.terminal.insert();
        hotplug.look();
        return slot().connect();
    }

    @Test
    public void onlyReadersOfTheFilterAreServed() throws ReaderException {
        hotplug.look();
        assertEquals(List.of("Fake 00 00"), hotplug.slots().stream().map(CardSlot::name).toList());
        hotplug = hotplug(".*", true, 5_000);
        hotplug.look();
        assertEquals(List.of("Fake 00 00", "Other 00 00"), hotplug.slots().stream().map(CardSlot::name).toList());
    }

    @Test
    public void aServiceThatComesLateGoesAndComesBackIsFound() throws Exception {
        stack.service = false;
        hotplug.look();
        assertThrows(ReaderException.class, hotplug::slots);
        assertTrue("the dead link is dropped", stack.renewals > 0);
        stack.service = true;
        CardConnection connection = connected();
        stack.service = false;
        hotplug.look();
        assertThrows(ReaderException.class, hotplug::slots);
        connection.close();
        stack.service = true;
        hotplug.look();
        CardConnection again = slot().connect();
        assertArrayEquals(FakeStack.OK, again.transmit(COMMAND));
        again.close();
    }

    @Test
    public void anUnpluggedReaderIsNoSlotAndFailsAsAReader() throws Exception {
        stack.terminal.insert();
        hotplug.look();
        CardSlot old = slot();
        stack.readers = false;
        hotplug.look();
        assertTrue(hotplug.slots().isEmpty());
        assertFalse(old.cardPresent());
        assertThrows(ReaderException.class, old::connect);
    }

    @Test
    public void aCardPulledInAnExchangeIsTheCardsFailure() throws Exception {
        CardConnection connection = connected();
        stack.next = FakeStack.Next.PULLED;
        assertThrows(CardException.class, () -> connection.transmit(COMMAND));
        connection.close();
    }

    @Test
    public void failuresAreOfTheRightKind() throws Exception {
        CardConnection connection = connected();
        stack.next = FakeStack.Next.READER_GONE;
        assertThrows(ReaderException.class, () -> connection.transmit(COMMAND));
        stack.next = FakeStack.Next.CARD_DEAD;
        assertThrows(CardException.class, () -> connection.transmit(COMMAND));
        stack.next = FakeStack.Next.TOO_LONG;
        assertThrows(CardException.class, () -> connection.transmit(COMMAND));
        connection.close();
    }

    @Test
    public void aMuteCardIsGivenUpInTimeAndHoldsNobodyElse() throws Exception {
        hotplug = hotplug("Fake .*", true, 100);
        CardConnection connection = connected();
        stack.next = FakeStack.Next.HANG;
        assertThrows(CardException.class, () -> connection.transmit(COMMAND));
        assertTrue("others go on over a new link", stack.renewals > 0);
        long began = System.nanoTime();
        assertThrows(CardException.class, () -> connection.transmit(COMMAND));
        connection.close();
        assertTrue("a dead connection costs no time", System.nanoTime() - began < TimeUnit.SECONDS.toNanos(1));
        assertThrows("the call that hangs still has the card", ReaderException.class, () -> slot().connect());

        stack.unhang.countDown();
        stack.down.await();
        CardConnection next = null;
        while (next == null) {
            try {
                next = slot().connect();
            } catch (ReaderException e) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
            }
        }
        assertArrayEquals(FakeStack.OK, next.transmit(COMMAND));
        next.close();
    }

    @Test
    public void aCardThatAnotherProgramHoldsIsTheReadersFailure() {
        hotplug = hotplug("Fake .*", true, 100);
        stack.next = FakeStack.Next.HELD;
        assertThrows(ReaderException.class, this::connected);
    }

    @Test
    public void theCardStartsColdAndIsResetAtTheEnd() throws Exception {
        connected().close();
        assertEquals(
                List.of("connect *", "disconnect true", "connect *", "begin", "disconnect true"), List.copyOf(stack.calls));
    }

    @Test
    public void sharedUseTakesNoHold() throws Exception {
        hotplug = hotplug("Fake .*", false, 5_000);
        connected().close();
        assertFalse(stack.calls.contains("begin"));
    }

    @Test
    public void theThreadSeesReadersAndCardsComeAndGo() throws Exception {
        hotplug.start();
        await(true, false);
        stack.terminal.insert();
        await(true, true);
        stack.terminal.pull();
        await(true, false);
        stack.readers = false;
        await(false, false);
        stack.readers = true;
        await(true, false);
    }

    private void await(boolean reader, boolean card) throws ReaderException {
        while (true) {
            List<CardSlot> slots = hotplug.slots();
            if (slots.isEmpty() != reader && (slots.isEmpty() || slots.get(0).cardPresent() == card)) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1));
        }
    }

    @Test
    public void settingsAreChecked() {
        Pattern all = Pattern.compile(".*");
        Duration one = Duration.ofSeconds(1);
        assertThrows(IllegalArgumentException.class, () -> new Settings(all, true, "T=2", one, one));
        assertThrows(IllegalArgumentException.class, () -> new Settings(all, true, "*", Duration.ofSeconds(10), one));
        assertThrows(IllegalArgumentException.class, () -> new Settings(all, true, "*", one, Duration.ZERO));
    }
}
