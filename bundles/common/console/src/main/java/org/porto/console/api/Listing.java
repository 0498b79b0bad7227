// SPDX-License-Identifier: Apache-2.0
package org.porto.console.api;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.karaf.shell.support.table.ShellTable;

/**
 * Rows that print as a table for people or as JSON for scripts (one array of objects, or one object). Values: String, Long,
 * Integer, Boolean, null, {@link Amount}. Not thread-safe.
 */
public final class Listing {

    /** Mils that print as decimal in a table and as an integer in JSON. */
    public record Amount(long mils) {
        @Override
        public String toString() {
            return java.math.BigDecimal.valueOf(mils, 3).toPlainString();
        }
    }

    private final List<String> keys;
    private final List<Map<String, Object>> rows = new ArrayList<>();

    /** @param keys JSON keys in camel case; the table shows them as they are */
    public Listing(String... keys) {
        this.keys = List.of(keys);
    }

    public static Amount mils(long mils) {
        return new Amount(mils);
    }

    public Listing row(Object... values) {
        if (values.length != keys.size()) {
            throw new IllegalArgumentException(values.length + " values for " + keys.size() + " keys");
        }
        Map<String, Object> row = new LinkedHashMap<>();
        for (int i = 0; i < values.length; i++) {
            row.put(keys.get(i), values[i]);
        }
        rows.add(row);
        return this;
    }

    /** Many rows: a table with a heading, or a JSON array. */
    public void print(PrintStream out, boolean json) {
        if (json) {
            out.println(array());
        } else {
            print(out, false, false);
        }
    }

    /** Many rows with the table's borders left out on request. */
    public void print(PrintStream out, boolean json, boolean noFormat) {
        if (json) {
            out.println(array());
            return;
        }
        ShellTable table = new ShellTable();
        for (int i = 0; i < keys.size(); i++) {
            var column = table.column(keys.get(i));
            String key = keys.get(i);
            if (rows.stream().map(r -> r.get(key)).anyMatch(v -> v instanceof Amount || v instanceof Number)) {
                column.alignRight();
            }
        }
        for (Map<String, Object> row : rows) {
            table.addRow().addContent(row.values().stream().map(v -> v == null ? "" : v).toArray());
        }
        table.print(out, !noFormat);
    }

    /** One row: key and value a line, or a JSON object. */
    public void printOne(PrintStream out, boolean json) {
        if (rows.size() != 1) {
            throw new IllegalStateException(rows.size() + " rows");
        }
        if (json) {
            out.println(object(rows.get(0)));
            return;
        }
        int width = keys.stream().mapToInt(String::length).max().orElse(0);
        rows.get(0).forEach((key, value) ->
                out.println(key + " ".repeat(width - key.length() + 2) + (value == null ? "" : value)));
    }

    private String array() {
        return write(json -> {
            json.writeStartArray();
            for (Map<String, Object> row : rows) {
                fields(json, row);
            }
            json.writeEndArray();
        });
    }

    private String object(Map<String, Object> row) {
        return write(json -> fields(json, row));
    }

    private static void fields(JsonGenerator json, Map<String, Object> row) throws IOException {
        json.writeStartObject();
        for (Map.Entry<String, Object> field : row.entrySet()) {
            Object value = field.getValue();
            json.writeFieldName(field.getKey());
            if (value instanceof Amount amount) {
                json.writeNumber(amount.mils());
            } else if (value instanceof Long || value instanceof Integer) {
                json.writeNumber(((Number) value).longValue());
            } else if (value instanceof Boolean truth) {
                json.writeBoolean(truth);
            } else if (value == null) {
                json.writeNull();
            } else {
                json.writeString(value.toString());
            }
        }
        json.writeEndObject();
    }

    private interface Body {
        void write(JsonGenerator json) throws IOException;
    }

    private static String write(Body body) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            body.write(json);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
