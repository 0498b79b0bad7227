// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Test;

/** What a converter would refuse or a card would leak (rule P8): read from the sources, since no converter is to be had. */
public class CardLanguageTest {

    private static final Pattern COMMENTS = Pattern.compile("/\\*.*?\\*/|//[^\\n]*", Pattern.DOTALL);
    private static final Pattern FOREIGN = Pattern.compile(
            "\\b(int|long|float|double|char|String|Integer|List|Map|enum|record|var|synchronized|assert)\\b|->|\"|import java\\.");
    private static final Pattern MADE = Pattern.compile("\\bnew (\\w+)|(makeTransient|buildKey|getInstance)\\(");
    private static final Pattern METHOD = Pattern.compile("(?m)^ {4}(?:\\w+ )*(\\w+)\\(");

    private static List<Path> sources() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            return files.filter(p -> p.toString().endsWith(".java")).sorted().toList();
        }
    }

    private static String code(Path file) throws IOException {
        return COMMENTS.matcher(Files.readString(file)).replaceAll("");
    }

    @Test
    public void onlyWhatAClassicCardHas() throws IOException {
        assertTrue(sources().size() > 5);
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            Matcher m = FOREIGN.matcher(code(file));
            while (m.find()) {
                found.add(file.getFileName() + ": " + m.group());
            }
        }
        assertEquals(List.of(), found);
    }

    /** Objects come from constructors, from install, and from the two makers of keys that only constructors call. */
    @Test
    public void nothingIsMadeByACommand() throws IOException {
        List<String> makers = List.of("install", "aesKey", "publicKey", "privateKey");
        List<String> found = new ArrayList<>();
        for (Path file : sources()) {
            String type = file.getFileName().toString().replace(".java", "");
            String text = code(file);
            Matcher made = MADE.matcher(text);
            while (made.find()) {
                String method = "";
                Matcher head = METHOD.matcher(text);
                while (head.find() && head.start() < made.start()) {
                    method = head.group(1);
                }
                if (!method.equals(type) && !makers.contains(method)) {
                    found.add(file.getFileName() + " " + method + ": " + made.group());
                }
            }
        }
        assertEquals(List.of(), found);
    }
}
