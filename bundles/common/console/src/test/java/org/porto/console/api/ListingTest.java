// SPDX-License-Identifier: Apache-2.0
package org.porto.console.api;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.Test;

public class ListingTest {

    private static Listing listing() {
        return new Listing("name", "amount", "count", "good", "none")
                .row("a\"b\n\u00e9", Listing.mils(-593), 7L, true, null)
                .row("", Listing.mils(Long.MAX_VALUE), Integer.MIN_VALUE, false, "x");
    }

    private static String printed(Consumer<PrintStream> act) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (PrintStream out = new PrintStream(bytes, true, StandardCharsets.UTF_8)) {
            act.accept(out);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    public void jsonKeepsTypesAndMils() throws Exception {
        JsonNode json = new ObjectMapper().readTree(printed(out -> listing().print(out, true)));
        assertEquals(2, json.size());
        assertEquals("a\"b\n\u00e9", json.get(0).get("name").textValue());
        assertTrue(json.get(0).get("amount").isIntegralNumber());
        assertEquals(-593, json.get(0).get("amount").longValue());
        assertEquals(7, json.get(0).get("count").longValue());
        assertTrue(json.get(0).get("good").booleanValue());
        assertTrue(json.get(0).get("none").isNull());
        assertEquals(Long.MAX_VALUE, json.get(1).get("amount").longValue());
        assertEquals("[]", printed(out -> new Listing("a").print(out, true, true)).strip());
        assertEquals("one line, for scripts", 1, printed(out -> listing().print(out, true)).lines().count());
    }

    @Test
    public void tableShowsDecimals() {
        String table = printed(out -> listing().print(out, false));
        assertTrue(table, table.contains("-0.593") && table.contains("9223372036854775.807") && table.contains("name"));
        assertFalse(table, table.contains("null"));
        String plain = printed(out -> listing().print(out, false, true));
        assertFalse(plain, plain.contains("\u2502") || plain.contains("name"));
        assertTrue(plain, plain.contains("-0.593"));
    }

    @Test
    public void oneRowIsAnObject() throws Exception {
        Listing one = new Listing("id", "amount", "none").row("a", Listing.mils(1), null);
        JsonNode json = new ObjectMapper().readTree(printed(out -> one.printOne(out, true)));
        assertTrue(json.isObject());
        assertEquals(1, json.get("amount").longValue());
        assertEquals("id      a\namount  0.001\nnone    \n", printed(out -> one.printOne(out, false)).replace("\r", ""));
        assertThrows(IllegalStateException.class, () -> printed(out -> listing().printOne(out, true)));
        assertThrows(IllegalArgumentException.class, () -> new Listing("a", "b").row("only one"));
    }
}
