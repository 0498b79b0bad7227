// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CoderResult;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.porto.launcher.LauncherException;

/** What a mail run will need, told from its file before it runs; rows that the meter will refuse count for nothing here. */
record MailFile(Path path, int rows, long totalMils) {

    /** Most that the data centre lets a meter frank on one piece ({@code item.mils.max}). */
    private static final long ITEM_MILS_MAX = 100_000;

    static MailFile read(Path path) throws LauncherException {
        int rows = 0;
        long total = 0;
        CSVFormat format = CSVFormat.DEFAULT.builder()
                .setHeader()
                .setSkipHeaderRecord(true)
                .setIgnoreHeaderCase(true)
                .setTrim(true)
                .setLenientEof(true)
                .get();
        try (CSVParser parsed = CSVParser.parse(text(path), format)) {
            Set<String> columns = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
            columns.addAll(parsed.getHeaderMap().keySet());
            if (!columns.containsAll(List.of("recipient", "value"))) {
                throw new LauncherException(
                        "mail file " + path + ", line 1: no heading with the columns recipient and value (and, if wanted, class)");
            }
            for (CSVRecord row : parsed) {
                rows++;
                try {
                    long mils = new BigDecimal(row.get("value")).movePointRight(3).longValueExact();
                    if (mils > 0 && mils <= ITEM_MILS_MAX) {
                        total = Math.addExact(total, mils);
                    }
                } catch (IllegalArgumentException | ArithmeticException e) {
                    continue; // the meter reports it by line
                }
            }
        } catch (IOException | java.io.UncheckedIOException | IllegalStateException | IllegalArgumentException e) {
            throw new LauncherException("cannot read the mail file " + path + ": " + e.getMessage(), e);
        }
        return new MailFile(path, rows, total);
    }

    private static String text(Path path) throws IOException, LauncherException {
        byte[] bytes = Files.readAllBytes(path);
        CharBuffer text = CharBuffer.allocate(bytes.length);
        ByteBuffer in = ByteBuffer.wrap(bytes);
        CoderResult end = StandardCharsets.UTF_8.newDecoder().decode(in, text, true);
        text.flip();
        if (end.isError()) {
            long line = 1 + text.chars().filter(c -> c == '\n').count();
            throw new LauncherException("mail file " + path + ", line " + line + ": this is not UTF-8; save the file in UTF-8");
        }
        return text.length() > 0 && text.charAt(0) == '\uFEFF' ? text.subSequence(1, text.length()).toString() : text.toString();
    }
}
