// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import org.porto.indicium.api.IndiciumCode;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.LoggedDebit;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * Reads an exported register log from its first line to its last, follows the chain, and looks for the debit of one indicium. One
 * record is in memory at a time.
 */
final class LogSearch {

    private static final int FORMAT = 1;
    private static final int LINE_CHARS_MAX = 4096;

    private final IndiciumData data;
    private byte[] previousHash;
    private long next;
    private long last;
    private LoggedRecord found;

    LogSearch(IndiciumData data) {
        this.data = data;
    }

    LoggedDebit in(Path file) throws RefusedException {
        long first;
        JsonFactory factory = JsonFactory.builder()
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxStringLength(LINE_CHARS_MAX)
                        .maxNameLength(LINE_CHARS_MAX)
                        .maxNumberLength(20)
                        .maxNestingDepth(2)
                        .build())
                .build();
        try (JsonParser json = factory.createParser(new BufferedInputStream(Files.newInputStream(file), 1 << 16))) {
            Map<String, Object> line = line(json);
            first = header(line);
            line = line(json);
            while (!line.containsKey("lastHash")) {
                record(LoggedRecord.of(line));
                line = line(json);
            }
            trailer(line, next - first);
            if (json.nextToken() != null) {
                throw new IOException("something follows the last line");
            }
            return answer(next - first);
        } catch (IOException | ArithmeticException e) {
            throw new RefusedException(IndiciumCode.LOG_BROKEN, file.getFileName() + ": " + e.getMessage(), e);
        }
    }

    private static Map<String, Object> line(JsonParser json) throws IOException {
        if (json.nextToken() != JsonToken.START_OBJECT) {
            throw new IOException("ends before its last line");
        }
        return LoggedRecord.fields(json);
    }

    private long header(Map<String, Object> line) throws IOException {
        if (!Long.valueOf(FORMAT).equals(line.get("portoRegisterLog"))) {
            throw new IOException("no register log of format " + FORMAT);
        }
        if (!data.device().value().equals(line.get("device"))) {
            throw new IOException("log of " + line.get("device") + ", indicium of " + data.device());
        }
        if (!(line.get("from") instanceof Long from) || from < 1 || !(line.get("previousHash") instanceof String previous)) {
            throw new IOException("header");
        }
        if (!(line.get("to") instanceof Long to) || to < from - 1 || from == 1 && !previous.isEmpty()) {
            throw new IOException("header");
        }
        last = to;
        previousHash = from == 1
                ? LoggedRecord.sha256(("PORTO-VAULT-1 " + data.device()).getBytes(StandardCharsets.US_ASCII))
                : LoggedRecord.hex(previous, LoggedRecord.HASH_BYTES);
        next = from;
        return from;
    }

    private void record(LoggedRecord record) throws IOException {
        if (record.number("sequence") != next || !record.follows(previousHash)) {
            throw new IOException("record " + next + " does not follow the one before");
        }
        previousHash = record.bytes("hash", LoggedRecord.HASH_BYTES);
        next++;
        boolean piece = record.text("kind").startsWith("frank");
        if (piece && record.number("pieceCount") == data.pieceCount()) {
            found = record;
        }
    }

    private void trailer(Map<String, Object> line, long records) throws IOException {
        String hash = records == 0 ? String.valueOf(line.get("lastHash")) : HexFormat.of().formatHex(previousHash);
        if (next - 1 != last || !Long.valueOf(records).equals(line.get("records")) || !hash.equals(line.get("lastHash"))) {
            throw new IOException("last line says " + line.get("records") + " records, read " + records);
        }
    }

    private LoggedDebit answer(long records) throws RefusedException, IOException {
        if (found == null) {
            throw new RefusedException(IndiciumCode.NOT_IN_LOG, "piece " + data.pieceCount() + " in " + records + " records");
        }
        boolean lite = data.value().currency().equals(LiteProfile.CURRENCY_UNSAID);
        differs("value", found.number("amount"), data.value().mils());
        if (!lite) {
            differs("ascending", found.number("ascending"), data.ascendingMils());
            differs("descending", found.number("descending"), data.descendingMils());
            String reference = found.text("reference");
            // paid by a card, the reference is the card, a blank, the mail class
            differs("rate", found.text("kind").equals("frank") ? reference : reference.substring(reference.indexOf(' ') + 1), data.rate());
            differs("currency", found.text("currency"), data.value().currency().getCurrencyCode());
        }
        return new LoggedDebit(
                found.number("sequence"),
                TransactionId.of(found.bytes("transaction", TransactionId.BYTES)),
                found.text("kind"),
                found.instant("time"),
                records);
    }

    private void differs(String what, Object logged, Object said) throws RefusedException, IOException {
        if (!logged.equals(said)) {
            throw new RefusedException(
                    IndiciumCode.LOG_DIFFERS, what + " " + said + ", record " + found.number("sequence") + " has " + logged);
        }
    }
}
