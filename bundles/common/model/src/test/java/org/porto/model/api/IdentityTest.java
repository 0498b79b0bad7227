// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertSame;
import static org.junit.Assert.assertThrows;

import org.junit.Test;
import org.junit.function.ThrowingRunnable;

public class IdentityTest {

    private static void assertRefused(ThrowingRunnable act) {
        assertEquals("MOD-004", assertThrows(RefusedException.class, act).code());
    }

    @Test
    public void goodOnesGoRound() throws Exception {
        CardId card = CardId.parse(" 0123456789abcdef ");
        assertEquals("0123456789ABCDEF", card.toString());
        assertEquals(card, CardId.of(card.bytes()));
        DeviceId device = DeviceId.parse("METER001");
        assertEquals(device, DeviceId.of(device.bytes()));
        TransactionId transaction = TransactionId.parse("00112233-4455-6677-8899-AABBCCDDEEFF");
        assertEquals("00112233445566778899aabbccddeeff", transaction.value());
        assertArrayEquals(transaction.bytes(), TransactionId.of(transaction.bytes()).bytes());
        assertEquals("A-1", CustomerId.parse("A-1").value());
    }

    @Test
    public void otherTextsAreRefused() {
        for (String bad : new String[] {"", "0123456789ABCDE", "0123456789ABCDEF0", "0123456789ABCDEG", "\u0660123456789ABCDEF"}) {
            assertRefused(() -> CardId.parse(bad));
        }
        for (String bad : new String[] {"", "METER01", "METER0011", "meter001", "METER-01", "METER00\u0661", "METER001\n\n0"}) {
            assertRefused(() -> DeviceId.parse(bad));
        }
        for (String bad : new String[] {"", "00", "g".repeat(32), "0".repeat(33)}) {
            assertRefused(() -> TransactionId.parse(bad));
        }
        for (String bad : new String[] {"", "-A", "a", "A".repeat(21), "A_B"}) {
            assertRefused(() -> CustomerId.parse(bad));
        }
        assertThrows(IllegalArgumentException.class, () -> CardId.of(new byte[7]));
        assertThrows(IllegalArgumentException.class, () -> DeviceId.of(new byte[9]));
        assertThrows(IllegalArgumentException.class, () -> TransactionId.of(new byte[15]));
        assertThrows(IllegalArgumentException.class, () -> new CardId("0123456789abcdef"));
        assertThrows(NullPointerException.class, () -> new DeviceId(null));
    }

    @Test
    public void bytesThatAreNoDeviceAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> DeviceId.of(new byte[8]));
        assertThrows(IllegalArgumentException.class, () -> DeviceId.of(new byte[] {'A', 'A', 'A', 'A', 'A', 'A', 'A', (byte) 0xC1}));
    }

    @Test
    public void failuresCarryTheirCode() {
        IllegalStateException cause = new IllegalStateException();
        RefusedException refused = new RefusedException(ModelCode.AMOUNT_OVERFLOW, "detail", cause);
        assertEquals("MOD-002 amount out of range: detail", refused.getMessage());
        assertSame(cause, refused.getCause());
        assertEquals("MOD-002 amount out of range", new RefusedException(ModelCode.AMOUNT_OVERFLOW).getMessage());
        TransactionId id = TransactionId.of(new byte[16]);
        assertEquals(id, new UncertainException(ModelCode.AMOUNT_OVERFLOW, id, "", null).transaction());
        RefusedException relayed = RefusedException.relayed("REG-001", "said so");
        assertEquals("REG-001", relayed.code());
        assertEquals("REG-001 said so", relayed.getMessage());
    }
}
