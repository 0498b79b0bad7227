// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.Test;

/** What the fuzzers once found worth keeping holds, without a fuzzer. */
public class CorpusTest {

    private static final Path CORPUS = Path.of("corpus");

    private static void holds(String target) throws IOException {
        assertTrue(ProveFuzz.corpus(CORPUS, target).size() > 20);
        assertEquals(0, ProveFuzz.regress(CORPUS, target));
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
