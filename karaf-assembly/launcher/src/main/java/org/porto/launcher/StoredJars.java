// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Rewrites an assembly's jars without compression: a boot inflates thousands of classes otherwise, a tenth of a second and more of one
 * core. Entries, their order, bytes and times stay, so signatures over them stay valid. docs/boot.md has the figures.
 */
final class StoredJars {

    private StoredJars() {}

    /** Idempotent; a jar is replaced whole or not at all. */
    static void ensure(Path folder) throws IOException {
        List<Path> jars;
        try (Stream<Path> files = Files.walk(folder)) {
            jars = files.filter(f -> f.toString().endsWith(".jar")).toList();
        }
        for (Path jar : jars) {
            if (deflated(jar)) {
                Path aside = jar.resolveSibling(jar.getFileName() + ".tmp");
                rewrite(jar, aside);
                Files.setLastModifiedTime(aside, Files.getLastModifiedTime(jar));
                Files.move(aside, jar, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    private static boolean deflated(Path jar) throws IOException {
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            return zip.stream().anyMatch(e -> e.getMethod() == ZipEntry.DEFLATED);
        }
    }

    private static void rewrite(Path from, Path to) throws IOException {
        try (ZipFile zip = new ZipFile(from.toFile());
                OutputStream file = Files.newOutputStream(to);
                ZipOutputStream out = new ZipOutputStream(file)) {
            for (ZipEntry entry : zip.stream().toList()) {
                byte[] bytes = zip.getInputStream(entry).readAllBytes();
                CRC32 crc = new CRC32();
                crc.update(bytes);
                ZipEntry stored = new ZipEntry(entry.getName());
                stored.setMethod(ZipEntry.STORED);
                stored.setSize(bytes.length);
                stored.setCompressedSize(bytes.length);
                stored.setCrc(crc.getValue());
                stored.setTime(entry.getTime());
                out.putNextEntry(stored);
                out.write(bytes);
                out.closeEntry();
            }
        }
    }
}
