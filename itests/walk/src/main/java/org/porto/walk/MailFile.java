// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVRecord;
import org.apache.commons.io.input.BOMInputStream;
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
        try (Reader in = new InputStreamReader(
                BOMInputStream.builder().setInputStream(Files.newInputStream(path)).get(), StandardCharsets.UTF_8)) {
            for (CSVRecord row : format.parse(in)) {
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
        } catch (IOException | java.io.UncheckedIOException | IllegalArgumentException e) {
            throw new LauncherException("cannot read the mail file " + path + ": " + e.getMessage(), e);
        }
        return new MailFile(path, rows, total);
    }
}
