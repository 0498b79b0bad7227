// SPDX-License-Identifier: Apache-2.0
package org.porto.console.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.karaf.shell.api.console.Session;
import org.porto.model.api.RefusedException;

/** Asks for a secret: masked on a terminal, one line of standard input for a script. Secrets are never arguments. */
public final class SecretPrompt {

    private static final int LENGTH_MAX = 64;

    private SecretPrompt() {}

    /**
     * @return the secret without its line end; the caller zeroes it
     * @throws RefusedException {@code CON-001} when input ends before a line, {@code CON-002} when the secret is longer than 64
     *     characters
     */
    public static char[] ask(Session session, String prompt) throws IOException, RefusedException {
        if (session.getTerminal() != null) {
            String line = session.readLine(prompt, '*');
            if (line == null) {
                throw new RefusedException(ConsoleCode.SECRET_MISSING);
            }
            return line.toCharArray();
        }
        return line(session.getKeyboard());
    }

    private static char[] line(InputStream in) throws IOException, RefusedException {
        char[] line = new char[LENGTH_MAX];
        try {
            int length = 0;
            int c = in.read();
            if (c < 0) {
                throw new RefusedException(ConsoleCode.SECRET_MISSING);
            }
            while (c >= 0 && c != '\n') {
                if (c != '\r') {
                    if (length == LENGTH_MAX) {
                        throw new RefusedException(ConsoleCode.SECRET_TOO_LONG, "at most " + LENGTH_MAX + " characters");
                    }
                    line[length++] = (char) c;
                }
                c = in.read();
            }
            return Arrays.copyOf(line, length);
        } finally {
            Arrays.fill(line, '\0');
        }
    }
}
