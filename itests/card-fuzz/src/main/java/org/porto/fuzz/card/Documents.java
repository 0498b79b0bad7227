// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The status words that docs/card.md lists for each command: "### NAME `CLA INS ..`", then a line "Status words: ...". */
final class Documents {

    private static final Pattern COMMAND = Pattern.compile("### [A-Z ]+ `(8[04] [0-9A-F]{2})\\b.*");
    private static final Pattern WORD = Pattern.compile("\\b([0-9A-F]{3}[0-9A-Fx])\\b");
    private static final String WORDS = "Status words: ";
    private static final Map<Integer, Set<String>> LISTED = read(
            Path.of(System.getProperty("porto.root", "../.."), "docs", "card.md"));

    private Documents() {}

    private static Map<Integer, Set<String>> read(Path file) {
        Map<Integer, Set<String>> listed = new HashMap<>();
        int command = -1;
        try {
            for (String line : Files.readAllLines(file)) {
                Matcher named = COMMAND.matcher(line);
                if (named.matches()) {
                    command = Integer.parseInt(named.group(1).replace(" ", ""), 16);
                } else if (line.startsWith("#")) {
                    command = -1;
                } else if (command >= 0 && line.startsWith(WORDS)) {
                    Set<String> words = listed.computeIfAbsent(command, c -> new TreeSet<>());
                    WORD.matcher(line).results().forEach(word -> words.add(word.group(1)));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return listed;
    }

    static Map<Integer, Set<String>> listed() {
        return LISTED;
    }

    /** Whether the command, class and instruction, may end with it; an unknown one ends with 6D00. */
    static boolean lists(int command, int status) {
        Set<String> words = LISTED.getOrDefault(command, Set.of("6D00"));
        String word = String.format("%04X", status);
        return words.contains(word) || word.startsWith("63C") && words.contains("63Cx");
    }
}
