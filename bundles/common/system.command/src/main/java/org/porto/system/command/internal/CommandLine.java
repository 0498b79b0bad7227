// SPDX-License-Identifier: Apache-2.0
package org.porto.system.command.internal;

import java.util.Set;
import java.util.regex.Pattern;

/**
 * A command line as it goes on record.
 *
 * @param act first word: scope:name
 * @param arguments the rest; hidden where a command of the container takes a password as an argument
 */
record CommandLine(String act, String arguments) {

    static final String HIDDEN = "(hidden)";
    /** Commands of the container whose arguments can hold a password; ours take none (style 10). */
    private static final Set<String> SECRET_NAMES = Set.of("user-add", "ssh", "encrypt");
    private static final Pattern SECRET_TEXT =
            Pattern.compile("(?i)\\bjaas:|\\bssh:|user-add|--?p(assword|assphrase)?\\b|password|passwd|secret|passphrase");

    static CommandLine of(String line) {
        String plain = line.strip();
        String[] words = plain.split("\\s+", 2);
        String rest = words.length > 1 ? words[1] : "";
        boolean secret = SECRET_NAMES.contains(words[0]) || SECRET_TEXT.matcher(plain).find();
        return new CommandLine(words[0], secret && !rest.isEmpty() ? HIDDEN : rest);
    }
}
