// SPDX-License-Identifier: Apache-2.0
package org.porto.station;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** The paper: a folder. A job is printed exactly when its file is there, so that it is never printed twice. */
final class PrintedJobs {

    private final Path folder;

    PrintedJobs(Path folder) throws IOException {
        this.folder = Files.createDirectories(folder);
    }

    Optional<Path> find(String jobId) {
        for (String ending : new String[] {".pdf", ".png"}) {
            Path sheet = folder.resolve(jobId + ending);
            if (Files.exists(sheet)) {
                return Optional.of(sheet);
            }
        }
        return Optional.empty();
    }

    Path print(String jobId, boolean pdf, byte[] document) throws IOException {
        Path sheet = folder.resolve(jobId + (pdf ? ".pdf" : ".png"));
        Path part = folder.resolve(jobId + ".part");
        try (FileChannel out = FileChannel.open(
                part, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(document);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(part, sheet, StandardCopyOption.ATOMIC_MOVE);
        return sheet;
    }

    /** What stands in the file {@code state} beside the sheets, as IPP printer-state-reasons, one a line; for trying out. */
    java.util.List<String> reasons() throws IOException {
        Path state = folder.resolve("state");
        return Files.exists(state)
                ? Files.readString(state, StandardCharsets.US_ASCII).lines().filter(l -> !l.isBlank()).toList()
                : java.util.List.of();
    }
}
