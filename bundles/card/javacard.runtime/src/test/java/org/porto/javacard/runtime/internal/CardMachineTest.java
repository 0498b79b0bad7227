// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.javacard.runtime.api.AppletEntry;
import org.porto.javacard.runtime.api.CardInUseException;
import org.porto.javacard.runtime.api.CardMachine;
import org.porto.javacard.runtime.api.PowerCut;
import org.porto.javacard.runtime.api.UntrackedWrite;

public class CardMachineTest {

    private static final List<AppletEntry> APPLETS = List.of(new AppletEntry(LedgerApplet.AID, LedgerApplet.class));
    private static final String ONES = "0101010101010101";
    private static final String TWOS = "0202020202020202";
    private static final String ZEROS = "0000000000000000";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static CardMachine card() throws IOException {
        CardMachine card = CardMachine.inMemory(LedgerApplet.class, LedgerApplet.AID, new byte[16]);
        card.strict(true);
        start(card);
        return card;
    }

    private static void start(CardMachine card) throws IOException {
        card.powerOn();
        assertEquals("9000", send(card, "00A4040006F00102030405"));
    }

    private static String send(CardMachine card, String hex) {
        return HexFormat.of().withUpperCase().formatHex(card.process(HexFormat.of().parseHex(hex)));
    }

    private static String ins(CardMachine card, int ins, String data) {
        return send(card, String.format("80%02X0000%02X%s", ins, data.length() / 2, data));
    }

    private static String[] read(CardMachine card) {
        String all = send(card, "8002000000");
        return new String[] {all.substring(0, 16), all.substring(16, 32), all.substring(32, 48), all.substring(48, 64),
            all.substring(64, 66), all.substring(66, 68)};
    }

    @Test
    public void transactionIsAllOrNothingAtEveryTear() throws IOException {
        CardMachine card = card();
        ins(card, 1, ONES);
        byte[] before = card.image();
        long count = card.persistentWrites();
        assertEquals("9000", ins(card, 1, TWOS));
        count = card.persistentWrites() - count;
        assertEquals(4, count);
        byte[] after = card.image();
        for (long n = 1; n <= count; n++) {
            card.powerOff();
            card.restore(before);
            start(card);
            card.tearAt(n);
            assertThrows(PowerCut.class, () -> ins(card, 1, TWOS));
            assertFalse(card.powered());
            assertArrayEquals("tear " + n, before, card.image());
            start(card);
            assertEquals(ONES, read(card)[0]);
            assertEquals(ONES, read(card)[1]);
            assertEquals("9000", ins(card, 1, TWOS));
            assertArrayEquals(after, card.image());
        }
    }

    @Test
    public void exceptionOpenTransactionAndAbortAreRolledBack() throws IOException {
        CardMachine card = card();
        assertEquals("6984", ins(card, 3, ONES));
        assertEquals(ZEROS, read(card)[0]);
        assertEquals("6F00", ins(card, 13, ONES));
        assertEquals(ZEROS, read(card)[0]);
        assertEquals("9000", ins(card, 15, ONES));
        assertEquals(ZEROS, read(card)[0]);
        assertEquals("unconditional writes stay", ONES, read(card)[1]);
    }

    @Test
    public void tryCounterIsDurableBeforeTheComparisonAndNoTransactionTakesItBack() throws IOException {
        CardMachine card = card();
        assertEquals("9000", ins(card, 5, "09090909"));
        assertEquals("02", read(card)[4]);
        card.tearAt(2); // the reset of the counter after a right PIN
        assertThrows(PowerCut.class, () -> ins(card, 4, "01020304"));
        start(card);
        assertEquals("01", read(card)[4]);
        assertEquals("9000", ins(card, 4, "01020304"));
        assertEquals("03", read(card)[4]);
        assertEquals("63C2", ins(card, 4, "010203"));
        assertEquals("63C1", ins(card, 4, "0102030400"));
        assertEquals("63C0", ins(card, 4, "FFFFFFFF"));
        assertEquals("63C0", ins(card, 4, "01020304"));
    }

    @Test
    public void transientMemoryGoesWithPowerAndSelection() throws IOException {
        CardMachine card = card();
        ins(card, 10, ONES);
        assertEquals(ONES, read(card)[2]);
        assertEquals(ONES, read(card)[3]);
        assertEquals("9000", send(card, "00A4040006F00102030405"));
        assertEquals(ONES, read(card)[2]);
        assertEquals(ZEROS, read(card)[3]);
        start(card);
        assertEquals(ZEROS, read(card)[2]);
    }

    @Test
    public void strictModeCatchesWritesPastTheCard() throws IOException {
        CardMachine card = card();
        assertThrows(UntrackedWrite.class, () -> ins(card, 6, "00"));
        start(card);
        assertEquals(ZEROS, read(card)[0]);
        assertThrows(UntrackedWrite.class, () -> ins(card, 7, "00"));
        CardMachine field = card();
        assertThrows(UntrackedWrite.class, () -> ins(field, 14, "00"));
        field.strict(false);
        start(field);
        assertEquals("6F00", ins(field, 14, "00"));
    }

    @Test
    public void unguardedWriteMayBeTornApart() throws IOException {
        CardMachine card = card();
        card.tearWithin(1);
        assertThrows(PowerCut.class, () -> ins(card, 11, ONES));
        start(card);
        assertEquals("0101010100000000", read(card)[0]);
    }

    @Test
    public void keysAndSignaturesAreFresh() throws IOException {
        CardMachine card = card();
        String first = send(card, "8009000000");
        assertEquals(134, first.length());
        assertFalse(first.equals(send(card(), "8009000000")));
        byte[] one = HexFormat.of().parseHex(ins(card, 8, ONES));
        byte[] two = HexFormat.of().parseHex(ins(card, 8, ONES));
        assertFalse(Arrays.equals(Arrays.copyOfRange(one, 4, 34), Arrays.copyOfRange(two, 4, 34)));
        assertEquals("00", read(card)[5]);
        assertEquals("9000", ins(card, 12, ONES + ONES));
        assertEquals("01", read(card)[5]);
    }

    @Test
    public void selectionAndLengthsAreChecked() throws IOException {
        CardMachine card = card();
        card.powerOn();
        assertEquals("6999", send(card, "8002000000"));
        assertEquals("6A82", send(card, "00A4040005A000000001"));
        assertEquals("6700", send(card, "80020000050000"));
        assertEquals("9000", send(card, "00A4040005F001020304"));
        assertEquals("6D00", send(card, "80FF0000"));
    }

    @Test
    public void memoryOutlivesTheProcess() throws IOException {
        Path file = folder.getRoot().toPath().resolve("a.card");
        String w;
        try (CardMachine card = CardMachine.create(file, LedgerApplet.class, LedgerApplet.AID, new byte[16])) {
            start(card);
            w = send(card, "8009000000");
            ins(card, 1, ONES);
            card.tearAt(4);
            assertThrows(PowerCut.class, () -> ins(card, 1, TWOS));
            assertThrows(CardInUseException.class, () -> CardMachine.open(file, APPLETS));
        }
        try (CardMachine card = CardMachine.open(file, APPLETS)) {
            start(card);
            assertEquals(ONES, read(card)[1]);
            assertEquals(w, send(card, "8009000000"));
            for (int i = 0; i < 6000; i++) {
                ins(card, 11, (i & 1) == 0 ? TWOS : ONES); // beyond one compaction
            }
            ins(card, 1, TWOS);
        }
        assertTrue(Files.size(file) < 2 << 20);
        try (CardMachine card = CardMachine.open(file, APPLETS)) {
            start(card);
            assertEquals(TWOS, read(card)[0]);
        }
        assertThrows(IOException.class, () -> CardMachine.open(file, List.of()));
    }

    @Test
    public void tornTailIsCutOffAndAnyFlippedBitIsRefused() throws IOException {
        Path file = folder.getRoot().toPath().resolve("a.card");
        long[] sizes = new long[2];
        try (CardMachine card = CardMachine.create(file, LedgerApplet.class, LedgerApplet.AID, new byte[16])) {
            start(card);
            ins(card, 1, ONES);
            sizes[0] = Files.size(file);
            ins(card, 1, TWOS);
            sizes[1] = Files.size(file);
        }
        byte[] whole = Files.readAllBytes(file);
        for (int length = (int) sizes[0]; length <= sizes[1]; length++) {
            Files.write(file, Arrays.copyOf(whole, length));
            try (CardMachine card = CardMachine.open(file, APPLETS)) {
                start(card);
                assertEquals(length == sizes[1] ? TWOS : ONES, read(card)[0]);
            }
        }
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= (byte) (1 << at % 8);
            Files.write(file, flipped);
            assertThrows("byte " + at, IOException.class, () -> CardMachine.open(file, APPLETS));
        }
        assertEquals(2, folder.getRoot().listFiles(File::isFile).length);
    }
}
