// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.sim.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.card.drawer.api.DrawerCard;
import org.porto.card.drawer.api.DrawerCode;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.crypto.api.SecretBytes;
import org.porto.javacard.runtime.api.AppletCatalogue;
import org.porto.model.api.RefusedException;

public class DrawerTest {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Path cards;
    private Path memory;

    @Before
    public void paths() {
        cards = folder.getRoot().toPath().resolve("cards");
        memory = folder.getRoot().toPath().resolve("station/slots");
    }

    private Drawer drawer() throws IOException {
        return new Drawer(cards, 2, memory, CounterApplet.CATALOGUE);
    }

    private static void refused(DrawerCode code, org.junit.function.ThrowingRunnable act) {
        assertEquals(code.code(), assertThrows(RefusedException.class, act).code());
    }

    private static String send(CardConnection connection, String hex) throws Exception {
        return HexFormat.of().formatHex(connection.transmit(HexFormat.of().parseHex(hex)));
    }

    private static CardConnection connect(Drawer drawer, int slot) throws Exception {
        CardConnection connection = drawer.slots().get(slot).connect();
        assertEquals("9000", send(connection, "00A4040007F0504F52544F01"));
        return connection;
    }

    @Test
    public void transportKeyIsPrivateAndKept() throws Exception {
        Drawer drawer = drawer();
        try (SecretBytes made = drawer.create("a-1"); SecretBytes kept = drawer.transportKey("a-1")) {
            assertTrue(made.sameAs(kept));
            assertEquals(16, made.length());
        }
        assertEquals("rw-------",
                PosixFilePermissions.toString(Files.getPosixFilePermissions(cards.resolve("a-1.transport"))));
        refused(DrawerCode.LABEL_UNUSABLE, () -> drawer.create("a-1"));
        refused(DrawerCode.LABEL_UNUSABLE, () -> drawer.create("../a"));
        refused(DrawerCode.CARD_UNKNOWN, () -> drawer.transportKey("b"));
        drawer.close();
    }

    @Test
    public void cardIsInOneSlotOfOneStation() throws Exception {
        Drawer here = drawer();
        Drawer there = new Drawer(cards, 1, null, CounterApplet.CATALOGUE);
        here.create("a").close();
        here.create("b").close();
        here.insert("a", "");
        here.insert("a", "1");
        refused(DrawerCode.SLOT_OCCUPIED, () -> here.insert("b", "1"));
        refused(DrawerCode.CARD_ELSEWHERE, () -> here.insert("a", "2"));
        refused(DrawerCode.CARD_ELSEWHERE, () -> there.insert("a", "1"));
        refused(DrawerCode.CARD_UNKNOWN, () -> here.insert("c", "2"));
        refused(DrawerCode.SLOT_EMPTY, () -> here.remove("2"));
        assertEquals(List.of(new DrawerCard("a", "1"), new DrawerCard("b", "")), here.cards());
        assertEquals(List.of(new DrawerCard("a", ""), new DrawerCard("b", "")), there.cards());
        here.remove("");
        there.insert("a", "1");
        here.close();
        there.close();
    }

    @Test
    public void cardStaysInItsSlotWithItsContents() throws Exception {
        Drawer first = drawer();
        first.create("a").close();
        first.insert("a", "2");
        CardConnection connection = connect(first, 1);
        assertEquals("00019000", send(connection, "8001000000"));
        first.close();
        Drawer second = drawer();
        assertEquals(List.of(new DrawerCard("a", "2")), second.cards());
        assertEquals("00029000", send(connect(second, 1), "8001000000"));
        second.remove("2");
        second.close();
        Drawer third = drawer();
        assertEquals(List.of(new DrawerCard("a", "")), third.cards());
        third.close();
    }

    @Test
    public void cardWaitsForItsApplet() throws Exception {
        Drawer first = drawer();
        first.create("a").close();
        first.insert("a", "1");
        first.close();
        AtomicReference<AppletCatalogue> catalogue = new AtomicReference<>(List::of);
        Drawer second = new Drawer(cards, 2, memory, () -> catalogue.get().applets());
        assertEquals(false, second.slots().get(0).cardPresent());
        refused(DrawerCode.APPLET_MISSING, () -> second.create("b"));
        catalogue.set(CounterApplet.CATALOGUE);
        assertEquals(true, second.slots().get(0).cardPresent());
        second.close();
    }

    @Test
    public void pullingTheCardTearsItsCommand() throws Exception {
        Drawer drawer = drawer();
        drawer.create("a").close();
        drawer.insert("a", "1");
        CardConnection connection = connect(drawer, 0);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        Future<String> command = threads.submit(() -> send(connection, "8002000000"));
        CounterApplet.REACHED.acquire();
        Future<?> removal = threads.submit(() -> {
            drawer.remove("1");
            return null;
        });
        while (drawer.slots().size() == 2 && drawerHasCard(drawer)) {
            Thread.onSpinWait();
        }
        CounterApplet.GO_ON.release();
        assertTrue(assertThrows(ExecutionException.class, command::get).getCause() instanceof CardException);
        removal.get();
        threads.shutdown();
        connection.close();
        drawer.insert("a", "1");
        assertEquals("00009000", send(connect(drawer, 0), "8003000000"));
        drawer.close();
    }

    private static boolean drawerHasCard(Drawer drawer) {
        return drawer.slots().stream().anyMatch(slot -> {
            try {
                return slot.cardPresent();
            } catch (org.porto.card.spi.ReaderException e) {
                throw new AssertionError(e);
            }
        });
    }
}
