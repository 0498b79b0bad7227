// SPDX-License-Identifier: Apache-2.0
package org.porto.testkit.card;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertNotNull;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.card.spi.CardReaderDriver;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;

/**
 * What every card reader driver keeps to. Extend it, give a driver whose {@link #slotName() slot} is empty, and a card; a new
 * instance of the class, and so a new driver, is made for every test.
 */
public abstract class CardReaderDriverContract {

    private static final int ATR_BYTES_MAX = 33;

    @Rule
    public final Timeout limit = new Timeout(60, TimeUnit.SECONDS);

    /** The driver under test, the same one throughout a test. */
    protected abstract CardReaderDriver driver();

    /** The slot that the test card goes into. */
    protected abstract String slotName();

    /** Puts the test card in; on return the driver sees it. */
    protected abstract void insertCard();

    /** Pulls the test card out; on return the driver sees that. */
    protected abstract void removeCard();

    /** A command that the test card answers, right after a reset, without changing. */
    protected abstract byte[] command();

    protected abstract byte[] expectedResponse();

    private CardSlot slot() throws ReaderException {
        return driver().slots().stream()
                .filter(s -> s.name().equals(slotName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no slot " + slotName()));
    }

    private void exchange(CardConnection connection) throws ReaderException, CardException {
        assertArrayEquals(expectedResponse(), connection.transmit(command()));
    }

    @Test
    public final void slotsHaveStableUniqueNames() throws ReaderException {
        List<String> names = driver().slots().stream().map(CardSlot::name).toList();
        Set<String> unique = new HashSet<>(names);
        assertEquals(names.size(), unique.size());
        assertFalse(unique.contains(""));
        assertEquals(names, driver().slots().stream().map(CardSlot::name).toList());
    }

    @Test
    public final void presenceFollowsTheCard() throws ReaderException {
        assertFalse(slot().cardPresent());
        insertCard();
        assertTrue(slot().cardPresent());
        removeCard();
        assertFalse(slot().cardPresent());
    }

    @Test
    public final void emptySlotDoesNotConnect() {
        assertThrows(CardException.class, () -> slot().connect());
    }

    @Test
    public final void cardAnswersAndAnswersAgainAfterEveryReset() throws ReaderException, CardException {
        insertCard();
        for (int i = 0; i < 3; i++) {
            CardConnection connection = slot().connect();
            byte[] atr = connection.atr();
            assertNotNull(atr);
            assertTrue("ATR of " + atr.length, atr.length >= 2 && atr.length <= ATR_BYTES_MAX);
            exchange(connection);
            exchange(connection);
            connection.close();
            connection.close();
        }
    }

    @Test
    public final void closedConnectionFailsCleanly() throws ReaderException, CardException {
        insertCard();
        CardConnection connection = slot().connect();
        connection.close();
        assertClean(() -> connection.transmit(command()));
    }

    @Test
    public final void removedCardFailsCleanlyAndTheNextOneWorks() throws ReaderException, CardException {
        insertCard();
        CardConnection connection = slot().connect();
        exchange(connection);
        removeCard();
        assertThrows(CardException.class, () -> connection.transmit(command()));
        connection.close();
        insertCard();
        CardConnection next = slot().connect();
        exchange(next);
        next.close();
    }

    @Test
    public final void cardIsTakenExclusively() throws ReaderException, CardException {
        insertCard();
        CardConnection first = slot().connect();
        assertClean(() -> slot().connect());
        exchange(first);
        first.close();
    }

    private interface Act {
        void run() throws ReaderException, CardException;
    }

    private static void assertClean(Act act) {
        try {
            act.run();
        } catch (ReaderException | CardException e) {
            return;
        }
        throw new AssertionError("no failure");
    }
}
