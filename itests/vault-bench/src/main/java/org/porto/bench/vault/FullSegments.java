// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The longest start there is: the live segment full and the one before it not archived. Each is compared, that one archived. */
final class FullSegments {

    private FullSegments() {}

    static void run(Path folder, int rounds, Consumer<String> say, Map<String, Object> figures) throws BenchException {
        Path made = folder.resolve("made");
        Path copy = folder.resolve("copy");
        Map<String, Double> filled = Child.run(LongHistory.MAKER_FLAGS, "fill", made.toString());
        say.accept("start-up: two full segments, none archived, " + rounds + " times, forgotten by the system where possible, 64 MB of heap");
        List<Double> seconds = new ArrayList<>();
        double heap = 0;
        for (int round = 0; round < rounds; round++) {
            Main.delete(copy);
            copy(made, copy);
            LongHistory.forget(copy);
            Map<String, Double> opened = Child.run(Main.METER_FLAGS, "open", copy.toString());
            if (!opened.get("records").equals(filled.get("records"))) {
                throw new BenchException(opened.get("records") + " records where " + filled.get("records") + " were written");
            }
            seconds.add(opened.get("seconds"));
            heap = Math.max(heap, opened.get("heap_mb"));
        }
        figures.put("full_records", filled.get("records").longValue());
        figures.put("recovery_full_s", Times.median(seconds));
        figures.put("recovery_full_heap_mb", heap);
    }

    private static void copy(Path from, Path to) throws BenchException {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(from.relativize(file).toString()));
            }
        } catch (IOException e) {
            throw new BenchException(to.toString(), e);
        }
    }
}
