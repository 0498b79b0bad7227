// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.porto.register.api.CaseFile;

/** What the vault writes down for people: {@code case-n} and {@code repair-n}, plain text of {@code key: value} (rule V4). */
final class Papers {

    static final String CASE = "case";
    static final String REPAIR = "repair";

    private static final Pattern NAME = Pattern.compile("(?:case|repair)-(\\d{1,9})");
    private static final Pattern TIME = Pattern.compile("(?m)^time: (\\S+)$");
    private static final Pattern CODE = Pattern.compile("(?m)^code: (\\S+)$");
    private static final int BYTES_MAX = 64 * 1024;

    private Papers() {}

    static void write(Disk disk, Path file, String text) throws IOException {
        try (FileChannel channel = disk.open(file)) {
            ByteBuffer buffer = ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
            while (buffer.hasRemaining()) {
                if (channel.write(buffer, buffer.position()) <= 0) {
                    throw new IOException("nothing was written");
                }
            }
            channel.force(true);
        }
        disk.syncFolder(file.getParent());
    }

    /** All of a folder, oldest first. */
    static List<CaseFile> read(Disk disk, Path folder) throws IOException {
        if (!disk.exists(folder)) {
            return List.of();
        }
        List<CaseFile> papers = new ArrayList<>();
        for (Path file : disk.list(folder)) {
            if (NAME.matcher(file.getFileName().toString()).matches()) {
                papers.add(read(disk, file, file.getFileName().toString()));
            }
        }
        papers.sort(Comparator.comparing(CaseFile::time).thenComparing(CaseFile::name));
        return List.copyOf(papers);
    }

    private static CaseFile read(Disk disk, Path file, String name) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BYTES_MAX, disk.size(file)));
        try (FileChannel channel = disk.open(file)) {
            while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) > 0) {
                continue;
            }
        }
        String text = new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
        return new CaseFile(name, time(text), first(CODE, text).orElse(""), name.startsWith(CASE), text);
    }

    private static Instant time(String text) {
        try {
            return first(TIME, text).map(Instant::parse).orElse(Instant.EPOCH);
        } catch (DateTimeException e) {
            return Instant.EPOCH; // a paper torn while it was written is still shown
        }
    }

    private static Optional<String> first(Pattern pattern, String text) {
        Matcher matcher = pattern.matcher(text);
        return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
    }
}
