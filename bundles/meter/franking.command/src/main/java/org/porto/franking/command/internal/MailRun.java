// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.Set;
import java.util.function.LongConsumer;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.FrankingCode;
import org.porto.franking.api.FrankingService;
import org.porto.franking.api.PaymentSource;
import org.porto.franking.api.Spoil;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * Franks the rows of a mail file in order. A row that is wrong in itself is skipped and reported; anything else stops the run,
 * which can be taken up again under its id.
 */
final class MailRun {

    static final long ROWS_MAX = 1_000_000;
    private static final long BYTES_MAX = 32L << 20;
    static final int ERRORS_KEPT_MAX = 10_000;
    private static final int RECIPIENT_CHARACTERS_MAX = 80;
    private static final Pattern MAIL_CLASS = Pattern.compile("[a-z0-9-]{1,32}");
    private static final String CLASS_DEFAULT = "letter";
    /** What the row itself is to blame for: an item value outside the limits. */
    private static final Set<String> ROW_CODES =
            Set.of("REG-001", "REG-002", "FRK-008", "IND-004", "PUR-012", "MOD-001", "MOD-002");

    record RowError(long line, String reason) {}

    private final FrankingService franking;
    private final Currency currency;
    private final TransactionId run;
    private final PaymentSource source;
    private final String printer;
    private final LongConsumer progress;

    private long franked;
    private long skipped;
    private long spoiled;
    private long total;
    private final List<RowError> errors = new ArrayList<>();
    private Set<TransactionId> spoiledBefore = Set.of();

    MailRun(
            FrankingService franking,
            Currency currency,
            TransactionId run,
            PaymentSource source,
            String printer,
            LongConsumer progress) {
        this.franking = franking;
        this.currency = currency;
        this.run = run;
        this.source = source;
        this.printer = printer;
        this.progress = progress;
    }

    /** @throws PortoException the failure that stopped the run; the counts so far stay in {@link #json} */
    void frank(Path file) throws PortoException {
        spoiledBefore = franking.spoils().stream().map(Spoil::transaction).collect(Collectors.toUnmodifiableSet());
        CSVFormat format = CSVFormat.RFC4180.builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setIgnoreHeaderCase(true)
                .setTrim(true)
                .setIgnoreEmptyLines(false) // they count as lines
                .setLenientEof(true) // a quote that never closes makes one bad row of the rest, and not a bad file
                .get();
        try {
            String text = read(file);
            check(text, format, file);
            frank(text, format);
        } catch (IOException | UncheckedIOException | IllegalStateException | IllegalArgumentException e) {
            throw new RefusedException(FrankingCode.FILE_UNREADABLE, file + ": " + e.getMessage(), e);
        }
    }

    private static String read(Path file) throws IOException, RefusedException {
        if (Files.size(file) > BYTES_MAX) {
            throw new RefusedException(FrankingCode.FILE_UNREADABLE, file + " has more than " + BYTES_MAX + " bytes");
        }
        byte[] bytes = Files.readAllBytes(file);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        boolean wrong = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes), text, true).isError();
        text.flip();
        if (wrong) {
            long line = 1 + text.chars().filter(c -> c == '\n').count();
            throw new RefusedException(FrankingCode.FILE_UNREADABLE, file + ", line " + line + ": not UTF-8");
        }
        return withoutMark(text.toString());
    }

    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text; // spreadsheets put a byte-order mark in front
    }

    /** The whole file is read once before anything is franked: one that cannot be read must not end a run in its middle. */
    private static void check(String text, CSVFormat format, Path file) throws IOException, RefusedException {
        try (CSVParser rows = CSVParser.parse(text, format)) {
            Set<String> columns = rows.getHeaderMap().keySet();
            if (columns.stream().noneMatch("recipient"::equalsIgnoreCase)
                    || columns.stream().noneMatch("value"::equalsIgnoreCase)) {
                throw new RefusedException(
                        FrankingCode.FILE_UNREADABLE, file + " has no heading with the columns recipient and value");
            }
            long count = 0;
            for (CSVRecord row : rows) {
                if (!blank(row) && ++count > ROWS_MAX) {
                    throw new RefusedException(FrankingCode.FILE_UNREADABLE, file + " has more than " + ROWS_MAX + " rows");
                }
            }
        }
    }

    private static boolean blank(CSVRecord row) {
        return row.size() == 1 && row.get(0).isEmpty();
    }

    private void frank(String text, CSVFormat format) throws IOException, PortoException {
        try (CSVParser rows = CSVParser.parse(text, format)) {
            long count = 0;
            long line = rows.getCurrentLineNumber() + 1;
            for (CSVRecord row : rows) {
                if (!blank(row)) {
                    row(row, line);
                    progress.accept(++count);
                }
                line = rows.getCurrentLineNumber() + 1;
            }
        }
    }

    private void row(CSVRecord row, long line) throws PortoException {
        FrankRequest request;
        try {
            request = request(row, line);
        } catch (RefusedException e) {
            skip(line, e.getMessage());
            return;
        }
        try {
            franking.frank(request);
            franked++;
            total = Math.addExact(total, request.value().mils());
        } catch (RefusedException e) {
            if (e.code().equals(FrankingCode.PRINT_SPOILED.code())) {
                // A spoil of an earlier run is only reported; after a fresh one the next pieces would likely fare the same.
                spoiled++;
                error(line, e.getMessage());
                if (!spoiledBefore.contains(request.transaction())) {
                    throw e;
                }
            } else if (ROW_CODES.contains(e.code())) {
                skip(line, e.getMessage());
            } else {
                error(line, e.getMessage());
                throw e;
            }
        }
    }

    private FrankRequest request(CSVRecord row, long line) throws RefusedException {
        if (!row.isConsistent()) {
            throw new RefusedException(FrankingCode.REQUEST_MALFORMED, "row has " + row.size() + " columns");
        }
        String recipient = row.get("recipient");
        if (recipient.isBlank()) {
            throw new RefusedException(FrankingCode.REQUEST_MALFORMED, "recipient is empty");
        }
        String mailClass = row.isMapped("class") && !row.get("class").isEmpty() 
                // people write Letter 1oz; the indicium has lower case and hyphens
                ? row.get("class").toLowerCase(Locale.ROOT).replaceAll("[\\s_]+", "-")
                : CLASS_DEFAULT;
        if (recipient.length() > RECIPIENT_CHARACTERS_MAX || recipient.chars().anyMatch(Character::isISOControl)) {
            throw new RefusedException(FrankingCode.REQUEST_MALFORMED, "recipient has more than 80 characters or control characters");
        }
        if (!MAIL_CLASS.matcher(mailClass).matches()) {
            throw new RefusedException(FrankingCode.REQUEST_MALFORMED, "class '" + mailClass + "' is not 1 to 32 of a-z 0-9 -");
        }
        return new FrankRequest(
                Ids.ofLine(run, line),
                Money.parse(row.get("value"), currency),
                mailClass,
                recipient,
                source,
                printer,
                "");
    }

    private void skip(long line, String reason) {
        skipped++;
        error(line, reason);
    }

    private void error(long line, String reason) {
        if (errors.size() < ERRORS_KEPT_MAX) {
            errors.add(new RowError(line, reason));
        }
    }

    long franked() {
        return franked;
    }

    long skipped() {
        return skipped;
    }

    long spoiled() {
        return spoiled;
    }

    long totalMils() {
        return total;
    }

    List<RowError> errors() {
        return List.copyOf(errors);
    }

    String json() {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("run", run.value());
            json.writeNumberField("franked", franked);
            json.writeNumberField("skipped", skipped);
            json.writeNumberField("total", total);
            json.writeNumberField("spoiled", spoiled);
            json.writeArrayFieldStart("errors");
            for (RowError error : errors) {
                json.writeStartObject();
                json.writeNumberField("line", error.line());
                json.writeStringField("reason", error.reason());
                json.writeEndObject();
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
