// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.porto.register.api.CaseFile;
import org.porto.register.api.RegisterCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the vault writes down for people: {@code case-n} and {@code repair-n}, plain text of {@code key: value} (rule V4). */
final class Papers {

    private static final Logger LOG = LoggerFactory.getLogger(Papers.class);
    private static final String CASE = "case";
    private static final String REPAIR = "repair";
    private static final Pattern NAME = Pattern.compile("(case|repair)-(\\d{1,9})");
    private static final Pattern TIME = Pattern.compile("(?m)^time: (\\S+)$");
    private static final Pattern CODE = Pattern.compile("(?m)^code: (\\S+)$");
    private static final int BYTES_MAX = 64 * 1024;
    private static final int LINES_MAX = 200;
    private static final int PAPERS_MAX = 1000;

    private final Disk disk;
    private final Path folder;
    private final InstantSource clock;

    Papers(Disk disk, Path folder, InstantSource clock) {
        this.disk = disk;
        this.folder = folder;
        this.clock = clock;
    }

    void repair(List<String> lines) {
        LOG.warn("register vault was repaired: {}", lines);
        write(REPAIR, RegisterCode.RECORD_BROKEN, lines);
    }

    void locked(List<String> lines) {
        LOG.error("{} {}: {}", RegisterCode.STORES_DISAGREE.code(), RegisterCode.STORES_DISAGREE.meaning(), lines.get(0));
        write(CASE, RegisterCode.STORES_DISAGREE, lines);
    }

    /** Failing to write it must not hide what it says. The same again is not written twice. */
    private synchronized void write(String kind, RegisterCode code, List<String> lines) {
        StringBuilder body = new StringBuilder();
        lines.stream().limit(LINES_MAX).forEach(line -> body.append(line).append('\n'));
        String text = "paper: " + kind + "\ntime: " + clock.instant().truncatedTo(ChronoUnit.SECONDS) + "\ncode: " + code.code() + "\n" + body;
        try {
            Path file = free(kind);
            int number = Integer.parseInt(file.getFileName().toString().substring(kind.length() + 1));
            if (number > 1 && kind.equals(CASE)) {
                String before = text(folder.resolve(kind + "-" + (number - 1)));
                if (before.endsWith(body.toString())) {
                    return;
                }
            }
            if (number > PAPERS_MAX) {
                LOG.error("{} there are {} papers already: not written: {}", code.code(), PAPERS_MAX, text);
                return;
            }
            put(file, text);
        } catch (IOException e) {
            LOG.error("{} cannot be written: {}", kind, text, e);
        }
    }

    private void put(Path file, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        try (FileChannel channel = disk.open(file)) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, Math.min(bytes.length, BYTES_MAX));
            while (buffer.hasRemaining()) {
                if (channel.write(buffer, buffer.position()) <= 0) {
                    throw new IOException("nothing was written");
                }
            }
            channel.force(true);
        }
        disk.syncFolder(folder);
    }

    private Path free(String name) {
        return free(name, Integer.MAX_VALUE);
    }

    /** The first name of this kind that no file has; the last one again when there are so many. */
    Path free(String name, int most) {
        int number = 1;
        while (number < most && disk.exists(folder.resolve(name + "-" + number))) {
            number++;
        }
        return folder.resolve(name + "-" + number);
    }

    /** Both stores as far as they can be read. */
    List<String> describe(Stores.Parts parts, TableStore table) {
        List<String> lines = new ArrayList<>();
        if (table == null) {
            lines.add("table: cannot be read");
        } else {
            try {
                long last = table.lastSequence();
                lines.add("table-records-to: " + last);
                table.bytes(last).ifPresent(bytes -> describe(lines, "table", parts.codec(), bytes));
            } catch (StoreException e) {
                lines.add("table: " + e.getMessage());
            }
        }
        try {
            for (Path file : disk.list(folder)) {
                if (file.getFileName().toString().matches(Stores.JOURNAL_PREFIX + "\\d+")) {
                    describe(lines, parts, file);
                }
            }
        } catch (IOException e) {
            lines.add("journal: " + e.getMessage());
        }
        return lines;
    }

    private void describe(List<String> lines, Stores.Parts parts, Path file) throws IOException {
        lines.add("journal-file: " + file.getFileName() + ", " + disk.size(file) + " bytes");
        try (FileChannel channel = disk.open(file)) {
            byte[] header = Archive.header(channel);
            SequentialReader reader = new SequentialReader(channel, channel.size());
            long at = header.length;
            Optional<byte[]> last = Optional.empty();
            for (Optional<byte[]> next = reader.record(at); next.isPresent(); next = reader.record(at)) {
                parts.codec().decode(next.get());
                last = next;
                at += next.get().length;
            }
            last.ifPresent(bytes -> describe(lines, "journal", parts.codec(), bytes));
            lines.add("journal-whole-bytes: " + at);
        } catch (BrokenRecordException e) {
            lines.add("journal: " + e.getMessage());
        }
    }

    private static void describe(List<String> lines, String store, RecordCodec codec, byte[] bytes) {
        try {
            StoredRecord stored = codec.decode(bytes);
            lines.add(store + "-last-record: " + stored.sequence());
            lines.add(store + "-last-hash: " + HexFormat.of().formatHex(stored.record().hash()));
            lines.add(store + "-last-registers: " + stored.record().after());
        } catch (BrokenRecordException e) {
            lines.add(store + "-last-record: " + e.getMessage());
        }
        lines.add(store + "-last-bytes: " + HexFormat.of().formatHex(bytes));
    }

    /** All of them, oldest first. */
    List<CaseFile> read() throws IOException {
        if (!disk.exists(folder)) {
            return List.of();
        }
        List<CaseFile> papers = new ArrayList<>();
        for (Path file : disk.list(folder)) {
            Matcher name = NAME.matcher(file.getFileName().toString());
            if (name.matches()) {
                String text = text(file);
                papers.add(new CaseFile(
                        name.group(), time(text), first(CODE, text).orElse(""), name.group(1).equals(CASE), text));
            }
        }
        papers.sort(Comparator.comparing(CaseFile::time).thenComparing(CaseFile::name));
        return List.copyOf(papers);
    }

    private String text(Path file) throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(BYTES_MAX, disk.size(file)));
        try (FileChannel channel = disk.open(file)) {
            while (buffer.hasRemaining() && channel.read(buffer, buffer.position()) > 0) {
                continue;
            }
        }
        return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
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
