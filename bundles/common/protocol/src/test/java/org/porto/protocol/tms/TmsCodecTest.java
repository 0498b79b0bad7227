// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.Test;

public class TmsCodecTest {

    private static final String NONCE = "00112233445566778899aabbccddeeff";
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final RegisterReport REGISTERS =
            new RegisterReport("USD", 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, Long.MAX_VALUE, "OPERATIONAL");

    private static List<TmsMessage> all() {
        byte[] bytes = {0, (byte) 0xFF, 7};
        return List.of(
                new EnrolRequest(NONCE, "METER001", "METER", "code", bytes),
                new EnrolAnswer(NONCE, bytes, bytes, bytes, bytes, "CUSTOMER", "USD", 1, 2, 3, 4),
                new RefillRequest(NONCE, 1, "aa", 100_000, REGISTERS),
                new RefillAnswer(NONCE, 1, "aa", 100_000, "host-1"),
                new SyncRequest(
                        NONCE,
                        REGISTERS,
                        List.of(new RecordReport(1, "FRANK", "bb", 593, 0, "letter", 1_700_000_000_000L, bytes)),
                        List.of(bytes, new byte[0]),
                        List.of(bytes),
                        List.of(new DoubtReport("cc", "0123456789ABCDEF", 5, 1, 9, 1_700_000_000_000L, DoubtReport.IN_DOUBT)),
                        Map.of("org.porto.model", "0.1.0"),
                        12),
                new SyncRequest(NONCE, null, List.of(), List.of(), List.of(), List.of(), Map.of(), 0),
                new SyncAnswer(
                        NONCE, 5, List.of("dd"), 6, List.of(new PairingGrant("0123456789ABCDEF", bytes, bytes, 7, bytes)), 8, 257,
                        List.of(bytes)),
                new BatchRequest(NONCE, 3, List.of(bytes), 593),
                new BatchAnswer(NONCE, 3, 1, 593, List.of("ee SET-001")),
                new RefusalAnswer(NONCE, "LED-001", "why"),
                new KeysRequest(NONCE),
                new KeysAnswer(NONCE, bytes, List.of(bytes)));
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static JsonNode tree(TmsMessage message) throws IOException {
        return JSON.readTree(TmsCodec.encode(message));
    }

    @Test
    public void everyMessageGoesRound() throws Exception {
        for (TmsMessage message : all()) {
            TmsMessage back = TmsCodec.decode(TmsCodec.encode(message));
            assertEquals(message.getClass(), back.getClass());
            assertArrayEquals(TmsCodec.encode(message), TmsCodec.encode(back));
        }
        SyncRequest sync = (SyncRequest) TmsCodec.decode(TmsCodec.encode(all().get(4)));
        assertArrayEquals(new byte[] {0, (byte) 0xFF, 7}, sync.records().get(0).hash());
        assertEquals(Long.MAX_VALUE, sync.registers().sequence());
    }

    @Test
    public void theTypeIsFirstAndStable() throws Exception {
        List<String> types = new ArrayList<>();
        for (TmsMessage message : all()) {
            types.add(tree(message).get("type").textValue());
        }
        assertEquals(
                List.of("enrol", "enrolled", "refill", "refilled", "sync", "sync", "synced", "batch", "batched", "refused", "keys", "keyset"), types);
        assertTrue(new String(TmsCodec.encode(all().get(0)), StandardCharsets.UTF_8).startsWith("{\"type\":\"enrol\""));
    }

    /** Every field of every record, at every depth: left out, renamed, doubled, of another type. */
    @Test
    public void everyFieldIsGuarded() throws Exception {
        int guarded = 0;
        for (TmsMessage message : all()) {
            String whole = tree(message).toString();
            for (ObjectNode place : objects(tree(message))) {
                for (String field : fields(place)) {
                    String part = place.toString();
                    ObjectNode without = place.deepCopy();
                    without.remove(field);
                    assertRefused(whole.replace(part, without.toString()), field + " left out");
                    ObjectNode more = place.deepCopy();
                    more.put(field + "X", 1);
                    assertRefused(whole.replace(part, more.toString()), "unknown field");
                    String twice = part.substring(0, part.length() - 1) + ",\"" + field + "\":" + place.get(field) + "}";
                    assertRefused(whole.replace(part, twice), field + " twice");
                    JsonNode old = place.get(field);
                    for (String other : new String[] {"{\"a\":1}", "true", "1.5", "\"1\"", "null"}) {
                        boolean merchant = message instanceof SyncRequest && field.equals("registers");
                        boolean sameKind =
                                old.isTextual() && other.equals("\"1\"") || merchant && other.equals("null");
                        if (!sameKind && !field.equals("org.porto.model")) {
                            ObjectNode changed = place.deepCopy();
                            changed.set(field, JSON.readTree(other));
                            assertRefused(whole.replace(part, changed.toString()), field + " = " + other);
                            guarded++;
                        }
                    }
                }
            }
        }
        assertTrue("reached " + guarded, guarded > 200);
    }

    private static List<ObjectNode> objects(JsonNode node) {
        List<ObjectNode> found = new ArrayList<>();
        if (node instanceof ObjectNode object && !object.has("org.porto.model") && !object.isEmpty()) {
            found.add(object);
        }
        node.forEach(child -> found.addAll(objects(child)));
        return found;
    }

    private static List<String> fields(ObjectNode node) {
        List<String> names = new ArrayList<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }

    private static void assertRefused(String json, String why) {
        assertThrows(why + ": " + json, IOException.class, () -> TmsCodec.decode(bytes(json)));
    }

    @Test
    public void otherDocumentsAreRefused() throws Exception {
        String good = new String(TmsCodec.encode(all().get(9)), StandardCharsets.UTF_8);
        for (String bad : new String[] {
            "", " ", "null", "1", "[]", "{}", "{\"type\":null}", good + good, good + "x", "[" + good + "]",
            good.replace("refused", "java.lang.String"), good.replace("refused", "enrol"), good.replace(NONCE, "x"),
            good.replace(NONCE, NONCE.toUpperCase(java.util.Locale.ROOT)), "\ufeff" + good.replace("\"code\"", "code"),
            good.replace("\"why\"", "[".repeat(50) + "]".repeat(50))
        }) {
            assertRefused(bad, "document");
        }
        byte[] whole = bytes(good);
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = java.util.Arrays.copyOf(whole, length);
            assertThrows(IOException.class, () -> TmsCodec.decode(cut));
        }
    }
}
