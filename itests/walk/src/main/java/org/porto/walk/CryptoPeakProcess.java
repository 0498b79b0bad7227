// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.porto.launcher.LauncherException;

/** Runs {@code CryptoPeak} on the product's own jars, which are not on this program's class path. */
final class CryptoPeakProcess {

    private CryptoPeakProcess() {}

    /** Both at the same time, a core each: one after the other, the machine's own drift would be the larger part. @return rounds a second */
    static double[] measured(Path root, List<String> flags, List<String> others) throws IOException, LauncherException {
        Process first = started(root, flags);
        Process second = started(root, others);
        return new double[] {ended(first), ended(second)};
    }

    private static Process started(Path root, List<String> flags) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        line.addAll(flags);
        line.add("-cp");
        Path system = root.resolve("karaf-assembly/meter/target/assembly/system");
        StringBuilder path = new StringBuilder(root.resolve("itests/walk/target/classes") + ":" + root.resolve("itests/walk/target/lib/*"));
        for (String folder : List.of("org/porto/model", "org/porto/crypto.api", "org/porto/crypto.bc", "org/bouncycastle")) {
            try (Stream<Path> files = Files.walk(system.resolve(folder))) {
                files.filter(f -> f.toString().endsWith(".jar")).forEach(f -> path.append(':').append(f));
            }
        }
        line.add(path.toString());
        line.add("org.porto.walk.CryptoPeak");
        return new ProcessBuilder(line).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    private static double ended(Process process) throws IOException, LauncherException {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
        try {
            if (process.waitFor() != 0) {
                throw new LauncherException("the crypto bench failed: " + said);
            }
            return Double.parseDouble(said);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LauncherException("interrupted", e);
        }
    }
}
