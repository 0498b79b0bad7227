// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Random;
import org.junit.Test;
import org.junit.function.ThrowingRunnable;

public class CardRecordsTest {

    private static final byte[] CARD = {1, 2, 3, 4, 5, 6, 7, (byte) 0xF8};
    private static final byte[] AUTHORISATION = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, (byte) 0xFF};

    private static void assertUnreadable(ThrowingRunnable act) {
        assertThrows(CardRecordException.class, act);
    }

    private static byte[] with(byte[] record, int at, int value) {
        byte[] changed = record.clone();
        changed[at] = (byte) value;
        return changed;
    }

    @Test
    public void orderLayout() {
        byte[] detail = CardOrder.valueDetail(840, 593, 0x0102030405060708L);
        byte[] order =
                new CardOrder(CardOrder.RECHARGE, 255, CARD, AUTHORISATION, 0xFFFFFFFEL, 65_535, detail).encoded();
        ByteBuffer expected = ByteBuffer.allocate(52)
                .put((byte) 0xA1)
                .put((byte) 1)
                .put((byte) 1)
                .put((byte) 255)
                .put(CARD)
                .put(AUTHORISATION)
                .putInt(-2)
                .putShort((short) -1)
                .putShort((short) 840)
                .putLong(593)
                .putLong(0x0102030405060708L);
        assertArrayEquals(expected.array(), order);
        assertEquals(66, new CardOrder(CardOrder.PAIRING, 1, CARD, AUTHORISATION, 1, 1, CardOrder.pairingDetail(CARD, AUTHORISATION, 9))
                .encoded()
                .length);
        for (int kind = CardOrder.UNBLOCK_PIN; kind <= CardOrder.TERMINATE; kind++) {
            assertEquals(34, new CardOrder(kind, 1, CARD, AUTHORISATION, 1, 1, new byte[0]).encoded().length);
        }
    }

    /** A sequence, day or key version that does not fit its field must not be cut to another one. */
    @Test
    public void ordersOutOfRangeAreRefused() {
        byte[] detail = CardOrder.valueDetail(840, 1, 1);
        for (long sequence : new long[] {-1, 1L << 32, Long.MAX_VALUE}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new CardOrder(CardOrder.RECHARGE, 1, CARD, AUTHORISATION, sequence, 1, detail));
        }
        for (int bad : new int[] {-1, 65_536}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new CardOrder(CardOrder.RECHARGE, 1, CARD, AUTHORISATION, 1, bad, detail));
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new CardOrder(CardOrder.RECHARGE, bad, CARD, AUTHORISATION, 1, 1, detail));
            assertThrows(IllegalArgumentException.class, () -> CardOrder.valueDetail(bad, 1, 1));
        }
        for (int kind : new int[] {-1, 0, 8, 256}) {
            assertThrows(
                    IllegalArgumentException.class,
                    () -> new CardOrder(kind, 1, CARD, AUTHORISATION, 1, 1, new byte[0]));
        }
        assertThrows(
                IllegalArgumentException.class,
                () -> new CardOrder(CardOrder.RECHARGE, 1, CARD, AUTHORISATION, 1, 1, new byte[17]));
        assertThrows(
                IllegalArgumentException.class,
                () -> new CardOrder(CardOrder.RECHARGE, 1, new byte[7], AUTHORISATION, 1, 1, detail));
        assertThrows(IllegalArgumentException.class, () -> CardOrder.pairingDetail(new byte[9], AUTHORISATION, 1));
        assertThrows(IllegalArgumentException.class, () -> CardOrder.pairingDetail(CARD, new byte[32], 1));
    }

    @Test
    public void applyReceipt() throws Exception {
        byte[] body = ByteBuffer.allocate(47)
                .put((byte) 0xB1)
                .put((byte) 1)
                .put((byte) ApplyReceipt.STALE)
                .put(CARD)
                .put(AUTHORISATION)
                .putLong(Long.MAX_VALUE)
                .putLong(5)
                .putInt(-1)
                .array();
        ApplyReceipt receipt = ApplyReceipt.parse(body);
        assertEquals(ApplyReceipt.STALE, receipt.result());
        assertArrayEquals(CARD, receipt.cardId());
        assertArrayEquals(AUTHORISATION, receipt.authorisationId());
        assertEquals(Long.MAX_VALUE, receipt.controlSum());
        assertEquals(5, receipt.balanceMils());
        assertEquals(0xFFFFFFFFL, receipt.cardTransaction());
        refusesOtherShapes(body, ApplyReceipt::parse);
        for (int result : new int[] {0, 8, 127, 255}) {
            assertUnreadable(() -> ApplyReceipt.parse(with(body, 2, result)));
        }
        assertUnreadable("negative balance", () -> ApplyReceipt.parse(with(body, 35, 0x80)));
    }

    @Test
    public void debitReceipt() throws Exception {
        byte[] body = ByteBuffer.allocate(56)
                .put((byte) 0xB2)
                .put((byte) 1)
                .put((byte) DebitReceipt.UNDO)
                .put(CARD)
                .put((byte) CardCertificate.ROLE_MERCHANT)
                .put("MERCH001".getBytes("US-ASCII"))
                .putInt(-1)
                .putInt(0x80000000)
                .putShort((short) -1)
                .putShort((short) 978)
                .putLong(593)
                .putLong(7)
                .putLong(8)
                .array();
        DebitReceipt receipt = DebitReceipt.parse(body);
        assertEquals(DebitReceipt.UNDO, receipt.kind());
        assertArrayEquals(CARD, receipt.cardId());
        assertEquals(CardCertificate.ROLE_MERCHANT, receipt.peerRole());
        assertArrayEquals("MERCH001".getBytes("US-ASCII"), receipt.peerId());
        assertEquals(0xFFFFFFFFL, receipt.peerTransaction());
        assertEquals(0x80000000L, receipt.cardTransaction());
        assertEquals(65_535, receipt.day());
        assertEquals(978, receipt.currencyNumeric());
        assertEquals(593, receipt.amountMils());
        assertEquals(7, receipt.balanceMils());
        assertEquals(8, receipt.spentMils());
        refusesOtherShapes(body, DebitReceipt::parse);
        for (int kind : new int[] {0, 3, 255}) {
            assertUnreadable(() -> DebitReceipt.parse(with(body, 2, kind)));
        }
        for (int at : new int[] {32, 40, 48}) {
            assertUnreadable("negative amount", () -> DebitReceipt.parse(with(body, at, 0x80)));
        }
    }

    @Test
    public void cardCertificate() throws Exception {
        byte[] point = new byte[65];
        new Random(3).nextBytes(point);
        point[0] = 4;
        CardCertificate certificate = new CardCertificate(CardCertificate.ROLE_METER, CARD, point, 65_535, 255);
        byte[] body = certificate.encoded();
        assertEquals(CardCertificate.BYTES, body.length);
        CardCertificate back = CardCertificate.parse(body);
        assertEquals(CardCertificate.ROLE_METER, back.role());
        assertArrayEquals(CARD, back.subject());
        assertArrayEquals(point, back.point());
        assertEquals(65_535, back.notAfterDay());
        assertEquals(255, back.issuerKeyVersion());
        assertArrayEquals(body, back.encoded());
        refusesOtherShapes(body, CardCertificate::parse, 0);
        assertUnreadable(() -> CardCertificate.parse(with(body, 10, 2)));
        for (int role : new int[] {0, 4, 255}) {
            assertUnreadable(() -> CardCertificate.parse(with(body, 1, role)));
        }
        for (int bad : new int[] {-1, 65_536}) {
            assertThrows(IllegalArgumentException.class, () -> new CardCertificate(2, CARD, point, bad, 1));
            assertThrows(IllegalArgumentException.class, () -> new CardCertificate(2, CARD, point, 1, bad));
        }
    }

    private interface Parser {
        Object parse(byte[] body) throws CardRecordException;
    }

    private static void assertUnreadable(String why, ThrowingRunnable act) {
        assertThrows(why, CardRecordException.class, act);
    }

    private static void refusesOtherShapes(byte[] body, Parser parser) {
        refusesOtherShapes(body, parser, 0, 1);
    }

    private static void refusesOtherShapes(byte[] body, Parser parser, int... fixed) {
        for (int length = 0; length < body.length + 3; length++) {
            byte[] other = Arrays.copyOf(body, length);
            if (length != body.length) {
                assertUnreadable(() -> parser.parse(other));
            }
        }
        for (int at : fixed) {
            for (int value = 0; value < 256; value++) {
                byte[] other = with(body, at, value);
                if (!Arrays.equals(other, body)) {
                    assertUnreadable(() -> parser.parse(other));
                }
            }
        }
    }

    @Test
    public void signedRecordsSplit() throws Exception {
        for (int signature = 0; signature < 80; signature++) {
            byte[] all = new byte[47 + signature];
            if (signature < 8 || signature > 72) {
                assertUnreadable(() -> Signed.split(all, 47));
            } else {
                Signed signed = Signed.split(all, 47);
                assertEquals(47, signed.body().length);
                assertEquals(signature, signed.signature().length);
                assertArrayEquals(all, signed.encoded());
            }
        }
        assertUnreadable(() -> Signed.split(new byte[3], 47));
    }

    @Test
    public void days() {
        assertEquals(0, CardDays.of(LocalDate.of(2000, 1, 1)));
        assertEquals(65_535, CardDays.of(LocalDate.of(2179, 6, 6)));
        assertEquals(LocalDate.of(2026, 11, 22), CardDays.date(CardDays.of(LocalDate.of(2026, 11, 22))));
        assertThrows(IllegalArgumentException.class, () -> CardDays.of(LocalDate.of(1999, 12, 31)));
        assertThrows(IllegalArgumentException.class, () -> CardDays.of(LocalDate.of(2179, 6, 7)));
    }
}
