// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.recharge;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;
import org.porto.protocol.card.CardRecordException;

public class AuthorisationListTest {

    private final Random random = new Random(5);

    private byte[] bytes(int length) {
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }

    private AuthorisationList list(int entries, int tombstones) {
        List<ListEntry> some = new ArrayList<>();
        for (int i = 0; i < entries; i++) {
            some.add(new ListEntry(bytes(16), bytes(8), i == 0 ? 0xFFFFFFFFL : i, i == 0 ? 65_535 : 1, bytes(i == 0 ? 255 : i % 200)));
        }
        List<byte[]> dead = new ArrayList<>();
        for (int i = 0; i < tombstones; i++) {
            dead.add(bytes(16));
        }
        return new AuthorisationList(7, 3, 1_700_000_000_000L, some, dead);
    }

    @Test
    public void listsGoRound() throws Exception {
        for (int[] size : new int[][] {{0, 0}, {1, 0}, {0, 1}, {300, 40}}) {
            AuthorisationList list = list(size[0], size[1]);
            AuthorisationList back = AuthorisationList.parse(list.body());
            assertEquals(7, back.version());
            assertEquals(3, back.base());
            assertEquals(1_700_000_000_000L, back.issuedMillis());
            assertEquals(size[0], back.entries().size());
            assertEquals(size[1], back.tombstones().size());
            assertArrayEquals(list.body(), back.body());
            if (size[0] > 0) {
                assertEquals(0xFFFFFFFFL, back.entries().get(0).order());
                assertEquals(65_535, back.entries().get(0).notAfterDay());
                assertEquals(255, back.entries().get(0).envelope().length);
            }
        }
    }

    @Test
    public void everyCutAndTailIsRefused() {
        byte[] body = list(3, 2).body();
        for (int length = 0; length < body.length; length++) {
            byte[] cut = Arrays.copyOf(body, length);
            assertThrows("" + length, CardRecordException.class, () -> AuthorisationList.parse(cut));
        }
        assertThrows(CardRecordException.class, () -> AuthorisationList.parse(Arrays.copyOf(body, body.length + 1)));
    }

    /** Counts beyond what the bytes can hold are refused before anything is set aside for them. */
    @Test
    public void countsAreBounded() {
        for (int count : new int[] {-1, 4, 1000, 2_000_001, Integer.MAX_VALUE, Integer.MIN_VALUE}) {
            byte[] body = list(3, 2).body();
            ByteBuffer.wrap(body).putInt(28, count);
            assertThrows(CardRecordException.class, () -> AuthorisationList.parse(body));
            byte[] dead = list(0, 2).body();
            ByteBuffer.wrap(dead).putInt(32, count);
            assertThrows(CardRecordException.class, () -> AuthorisationList.parse(dead));
        }
    }

    /** Random bytes behind a right head: an answer or a refusal, never another failure. */
    @Test
    public void anythingElseIsRefusedCleanly() {
        byte[] body = list(5, 5).body();
        int read = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] altered = body.clone();
            for (int c = 0; c < 4; c++) {
                altered[random.nextInt(altered.length)] = (byte) random.nextInt(256);
            }
            try {
                assertArrayEquals(altered, AuthorisationList.parse(altered).body());
                read++;
            } catch (CardRecordException e) {
                assertTrue(e.getMessage() != null);
            }
        }
        assertTrue(read > 0);
    }

    @Test
    public void signatureSplits() throws Exception {
        byte[] body = list(2, 1).body();
        byte[] all = Arrays.copyOf(body, body.length + 64);
        assertArrayEquals(body, AuthorisationList.split(all).body());
        assertEquals(64, AuthorisationList.split(all).signature().length);
        assertThrows(CardRecordException.class, () -> AuthorisationList.split(new byte[99]));
        assertEquals(36, AuthorisationList.split(new byte[100]).body().length);
    }

    @Test
    public void entriesOutOfRangeAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new ListEntry(bytes(15), bytes(8), 1, 1, bytes(1)));
        assertThrows(IllegalArgumentException.class, () -> new ListEntry(bytes(16), bytes(7), 1, 1, bytes(1)));
        assertThrows(IllegalArgumentException.class, () -> new ListEntry(bytes(16), bytes(8), -1, 1, bytes(1)));
        assertThrows(IllegalArgumentException.class, () -> new ListEntry(bytes(16), bytes(8), 1L << 32, 1, bytes(1)));
        assertThrows(IllegalArgumentException.class, () -> new ListEntry(bytes(16), bytes(8), 1, 65_536, bytes(1)));
        assertThrows(IllegalArgumentException.class, () -> new ListEntry(bytes(16), bytes(8), 1, -1, bytes(1)));
        assertThrows(IllegalArgumentException.class, () -> new ListEntry(bytes(16), bytes(8), 1, 1, bytes(256)));
        assertThrows(
                IllegalArgumentException.class,
                () -> new AuthorisationList(1, 0, 1, List.of(), List.of(new byte[15])));
    }
}
