// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * One line of an exported register log, and the record that it stands for: put together again byte by byte after the table in
 * docs/vault.md, so that its hash can be compared. Shares no code with the vault on purpose: two readings of one page.
 */
final class LoggedRecord {

    static final int HASH_BYTES = 32;
    private static final int MAC_BYTES = 16;
    private static final int ID_BYTES = 16;
    private static final int FIXED_BYTES = 242;
    private static final int TAIL_BYTES = 8;
    private static final int TEXT_BYTES_MAX = 255;
    private static final int FIELDS_MAX = 64;
    private static final byte[] NO_ID = new byte[ID_BYTES];

    private static final List<String> KINDS = List.of(
            "authorise", "activate", "refill", "frank", "frank-by-card", "transfer-out", "transfer-done", "transfer-undone",
            "inspected", "lock", "unlock", "withdraw", "key-rolled");
    private static final List<String> STATES = List.of("UNINITIALISED", "AUTHORISED", "OPERATIONAL", "LOCKED", "WITHDRAWN");
    private static final List<String> USES =
            List.of("ascending", "descending", "transferOut", "inTransit", "withdrawn", "fees");

    private final Map<String, Object> fields;

    private LoggedRecord(Map<String, Object> fields) {
        this.fields = fields;
    }

    /** @throws IOException when it is no flat object of texts and whole numbers */
    static Map<String, Object> fields(JsonParser json) throws IOException {
        Map<String, Object> fields = new HashMap<>();
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String name = json.currentName();
            JsonToken value = json.nextToken();
            if (value == JsonToken.VALUE_NUMBER_INT) {
                fields.put(name, json.getLongValue());
            } else if (value == JsonToken.VALUE_STRING) {
                fields.put(name, json.getText());
            } else {
                throw new IOException("field " + name);
            }
            if (fields.size() > FIELDS_MAX) {
                throw new IOException("too many fields");
            }
        }
        return fields;
    }

    static LoggedRecord of(Map<String, Object> fields) throws IOException {
        LoggedRecord record = new LoggedRecord(fields);
        try {
            long uses = 0;
            for (String name : USES) {
                uses = Math.addExact(uses, record.number(name));
            }
            if (uses != Math.addExact(record.number("refilled"), record.number("cardTakings"))) {
                throw new IOException("record " + record.number("sequence") + " does not balance");
            }
        } catch (ArithmeticException e) {
            throw new IOException("record " + record.number("sequence") + " does not balance", e);
        }
        return record;
    }

    long number(String name) throws IOException {
        if (fields.get(name) instanceof Long value) {
            return value;
        }
        throw new IOException("no number '" + name + "'");
    }

    String text(String name) throws IOException {
        if (fields.get(name) instanceof String value) {
            return value;
        }
        throw new IOException("no text '" + name + "'");
    }

    byte[] bytes(String name, int length) throws IOException {
        return hex(text(name), length);
    }

    static byte[] hex(String hex, int length) throws IOException {
        try {
            byte[] bytes = HexFormat.of().parseHex(hex);
            if (bytes.length == length) {
                return bytes;
            }
        } catch (IllegalArgumentException e) {
            throw new IOException("not hex: '" + hex + "'", e);
        }
        throw new IOException(hex.length() / 2 + " bytes where " + length + " belong");
    }

    Instant instant(String name) throws IOException {
        try {
            return Instant.parse(text(name));
        } catch (DateTimeException e) {
            throw new IOException("'" + name + "' is no time", e);
        }
    }

    /** Whether its hash is right after this one. */
    boolean follows(byte[] previousHash) throws IOException {
        byte[] reference = utf8("reference");
        byte[] reason = utf8("lockReason");
        ByteBuffer out = ByteBuffer.allocate(FIXED_BYTES + reference.length + reason.length + MAC_BYTES);
        out.putShort((short) 0x5056).put((byte) 1).put((byte) (1 + index(KINDS, "kind")));
        out.putInt(out.capacity() + TAIL_BYTES);
        out.putLong(number("sequence"));
        time(out, instant("time"));
        out.put(bytes("transaction", ID_BYTES)).put(ends());
        out.putLong(number("amount")).putLong(number("fee"));
        byte[] currency = utf8("currency");
        if (currency.length != 3) {
            throw new IOException("currency");
        }
        out.put(currency).put((byte) (1 + index(STATES, "state")));
        for (String name : List.of(
                "ascending", "descending", "transferOut", "inTransit", "refilled", "cardTakings", "withdrawn", "fees",
                "pieceCount", "zeroPieceCount", "refillCount", "itemMin", "itemMax", "balanceMax")) {
            out.putLong(number(name));
        }
        time(out, instant("inspectionDeadline"));
        out.putInt(Math.toIntExact(number("keyVersion"))).put(previousHash);
        out.put((byte) reference.length).put(reference).put((byte) reason.length).put(reason);
        out.put(bytes("mac", MAC_BYTES));
        return Arrays.equals(sha256(out.array()), bytes("hash", HASH_BYTES));
    }

    private byte[] ends() throws IOException {
        if (text("ends").isEmpty()) {
            return NO_ID;
        }
        byte[] id = bytes("ends", ID_BYTES);
        if (Arrays.equals(id, NO_ID)) {
            throw new IOException("ends"); // one spelling of nothing is enough
        }
        return id;
    }

    private static void time(ByteBuffer out, Instant instant) {
        out.putLong(instant.getEpochSecond()).putInt(instant.getNano());
    }

    private int index(List<String> names, String field) throws IOException {
        int index = names.indexOf(text(field));
        if (index < 0) {
            throw new IOException(field + " '" + text(field) + "'");
        }
        return index;
    }

    private byte[] utf8(String name) throws IOException {
        byte[] bytes = text(name).getBytes(StandardCharsets.UTF_8);
        if (bytes.length > TEXT_BYTES_MAX) {
            throw new IOException(name + " is too long");
        }
        return bytes;
    }

    static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}
