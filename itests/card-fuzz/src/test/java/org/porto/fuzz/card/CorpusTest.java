// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.Test;
import org.porto.purse.api.StatusWord;

/** What the fuzzers once found worth keeping holds, without a fuzzer. */
public class CorpusTest {

    private static final Path CORPUS = Path.of("corpus");

    private static void holds(String target) throws IOException {
        assertTrue(ProveFuzz.corpus(CORPUS, target).size() > 20);
        assertEquals(0, ProveFuzz.regress(CORPUS, target));
    }

    /** Each command has its page with its status words. */
    @Test
    public void documents() throws IOException {
        assertEquals(
                Set.of(
                        0x8050, 0x8052, 0x8082, 0x84CA, 0x84F2, 0x84F4, 0x84B2, 0x8420, 0x8424, 0x8440, 0x8454, 0x8456, 0x8458,
                        0x845A, 0x84D8, 0x8446, 0x84DA, 0x845C),
                Documents.listed().keySet());
        Documents.listed().forEach((ins, words) -> assertTrue("" + ins, words.contains("9000")));
        String page = Files.readString(Path.of("../../docs/card.md"));
        for (StatusWord word : StatusWord.values()) {
            boolean tries = word == StatusWord.PIN_WRONG;
            String line = "| " + (tries ? "63Cx" : String.format("%04X", word.word())) + " | " + word.text() + (tries ? ", x tries left |" : " |");
            assertTrue(line, page.contains(line));
        }
    }

    @Test
    public void applet() throws IOException {
        holds("applet");
    }

    @Test
    public void host() throws IOException {
        holds("host");
    }
}
