// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.sim.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;

/** Which card is in which slot, over restarts: lines {@code slot=label}. A card stays in a reader whose power fails. */
record SlotMemory(Path file) {

    Map<String, String> load() throws IOException {
        Map<String, String> labels = new TreeMap<>();
        if (file != null && Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int split = line.indexOf('=');
                if (split > 0 && split < line.length() - 1) {
                    labels.put(line.substring(0, split), line.substring(split + 1));
                }
            }
        }
        return labels;
    }

    void save(Map<String, String> labels) throws IOException {
        if (file == null) {
            return;
        }
        StringBuilder text = new StringBuilder();
        labels.forEach((slot, label) -> text.append(slot).append('=').append(label).append('\n'));
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        try (FileChannel out = FileChannel.open(
                fresh, StandardOpenOption.CREATE, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)) {
            ByteBuffer bytes = StandardCharsets.UTF_8.encode(text.toString());
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
            out.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
