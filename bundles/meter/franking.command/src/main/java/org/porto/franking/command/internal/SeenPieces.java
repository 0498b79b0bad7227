// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.porto.indicium.api.IndiciumData;

/**
 * Which pieces were seen, over a window of days, in a text file: day, device, piece count, what was checked. One piece of one meter may be
 * seen once: mail that is copied has the same two numbers.
 */
final class SeenPieces {

    private static final int PIECES_MAX = 1_000_000;

    private final Map<String, String> seen = new LinkedHashMap<>();

    /** @param file none yet: nothing was seen */
    static SeenPieces load(Path file, LocalDate today, int windowDays) throws IOException {
        SeenPieces pieces = new SeenPieces();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                String[] words = line.split(" ", 4);
                if (words.length != 4 || pieces.seen.size() >= PIECES_MAX) {
                    throw new IOException(file + " is no list of seen pieces, or too long");
                }
                try {
                    if (!LocalDate.parse(words[0]).isBefore(today.minusDays(windowDays))) {
                        pieces.seen.put(words[1] + " " + words[2], words[0] + " " + words[3]);
                    }
                } catch (DateTimeException e) {
                    throw new IOException(file + " has no date in '" + line + "'", e);
                }
            }
        }
        return pieces;
    }

    /** @return when and where it was seen before, empty when it is new and noted now */
    Optional<String> note(IndiciumData data, LocalDate today, String where) {
        return Optional.ofNullable(seen.putIfAbsent(data.device().value() + " " + data.pieceCount(), today + " " + where));
    }

    /** Replaces the file in one step, durable on return. */
    void save(Path file) throws IOException {
        StringBuilder text = new StringBuilder();
        seen.forEach((piece, when) -> {
            int blank = when.indexOf(' ');
            text.append(when, 0, blank).append(' ').append(piece).append(' ').append(when, blank + 1, when.length()).append('\n');
        });
        Path part = file.resolveSibling(file.getFileName() + ".part");
        try (FileChannel out = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(part, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
