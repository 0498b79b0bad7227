// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Command lines for a Karaf console. Karaf wants options before arguments; people and scripts write them anywhere: they are moved
 * here. Of our commands' options the {@link #FLAGS} stand alone, every other one takes a value.
 */
public final class CommandLine {

    private static final Set<String> FLAGS =
            Set.of("--json", "--no-format", "--yes", "--card", "--in-doubt", "--force", "--open", "--steps", "--help", "-h");
    private static final Pattern NEGATIVE = Pattern.compile("-[0-9.].*");

    private CommandLine() {}

    /** Splits as a shell would (single and double quotes), moves options in front, quotes again where needed. */
    public static String normalised(String line) {
        List<String> words = split(line);
        if (words.isEmpty()) {
            return "";
        }
        return normalised(words);
    }

    /** The same for words that are split already. */
    public static String normalised(List<String> words) {
        StringBuilder line = new StringBuilder(words.get(0));
        List<String> arguments = new ArrayList<>();
        for (int i = 1; i < words.size(); i++) {
            String word = words.get(i);
            if (word.startsWith("--") && word.length() > 2 || FLAGS.contains(word)) {
                line.append(' ').append(word);
                if (!FLAGS.contains(word) && !word.contains("=") && i + 1 < words.size()) {
                    line.append(' ').append(quoted(words.get(++i)));
                }
            } else {
                arguments.add(word);
            }
        }
        arguments.forEach(a -> line.append(' ').append(quoted(argument(a))));
        return line.toString();
    }

    /**
     * Karaf takes whatever begins with a hyphen for an option and knows of no way to end them. A negative number gets a blank in
     * front, which whoever reads numbers takes away again, so that it is refused as an amount and with our code.
     */
    private static String argument(String word) {
        return NEGATIVE.matcher(word).matches() ? " " + word : word;
    }

    /** The console's own help about one command tells nothing where there is no terminal; each command tells it by itself. */
    static String help(String line) {
        String[] words = line.strip().split("\\s+");
        boolean asks = words.length == 2 && (words[0].equals("help") || words[0].equals("man"));
        if (asks && words[1].matches("[a-z-]+:[a-z-]+")) {
            return words[1] + " --help";
        }
        return asks && words[1].matches("[a-z-]+") ? "help | grep " + words[1] + ":" : line;
    }

    static List<String> split(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean inWord = false;
        char quote = 0;
        for (int i = 0; i < line.length(); i++) {
            char c = line.charAt(i);
            if (quote != 0) {
                if (c == quote) {
                    quote = 0;
                } else {
                    word.append(c);
                }
            } else if (c == '\'' || c == '"') {
                quote = c;
                inWord = true;
            } else if (Character.isWhitespace(c)) {
                if (inWord) {
                    words.add(word.toString());
                    word.setLength(0);
                    inWord = false;
                }
            } else {
                word.append(c);
                inWord = true;
            }
        }
        if (inWord) {
            words.add(word.toString());
        }
        return words;
    }

    /** The console's single quotes know of no escape: an apostrophe stands escaped between two quoted pieces. */
    private static String quoted(String word) {
        return word.matches("[A-Za-z0-9_.,:/@%+=-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }
}
