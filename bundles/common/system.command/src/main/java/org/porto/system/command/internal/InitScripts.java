// SPDX-License-Identifier: Apache-2.0
package org.porto.system.command.internal;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The scripts with which the container begins each console session by itself. It publishes the whole text of each as a command of whoever
 * logs in, who did nothing: exactly these texts, as they were when the container started, are no acts. Any other text is.
 */
final class InitScripts {

    private static final Logger LOG = LoggerFactory.getLogger(InitScripts.class);
    private static final int BYTES_MAX = 1 << 16;

    private final Set<String> texts;

    private InitScripts(Set<String> texts) {
        this.texts = texts;
    }

    static InitScripts none() {
        return new InitScripts(Set.of());
    }

    /** @param names file names under etc, with commas between; the last part of each may be a pattern. As Karaf has them */
    static InitScripts of(String etc, String names) {
        Set<String> texts = new TreeSet<>();
        if (etc == null || names == null) {
            return none();
        }
        for (String name : names.split(",")) {
            Path pattern = Path.of(etc).resolve(name.strip());
            if (!Files.isDirectory(pattern.getParent())) {
                continue;
            }
            try (DirectoryStream<Path> files = Files.newDirectoryStream(pattern.getParent(), pattern.getFileName().toString())) {
                for (Path file : files) {
                    if (Files.size(file) <= BYTES_MAX) {
                        texts.add(Files.readString(file).strip());
                    }
                }
            } catch (IOException e) {
                LOG.warn("scripts of the shell cannot be read, they will stand on the audit trail: {}", e.getMessage());
            }
        }
        return new InitScripts(texts);
    }

    boolean has(CharSequence text) {
        return texts.contains(text.toString().strip());
    }
}
