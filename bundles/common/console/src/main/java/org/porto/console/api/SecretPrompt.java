// SPDX-License-Identifier: Apache-2.0
package org.porto.console.api;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import org.apache.karaf.shell.api.console.Session;

/** Asks for a secret: masked on a terminal, one line of standard input for a script. Secrets are never arguments. */
public final class SecretPrompt {

    private static final int LENGTH_MAX = 64;

    private SecretPrompt() {}

    /**
     * @return the secret without its line end; the caller zeroes it
     * @throws IOException when input ends before a line, or the secret is longer than 64 characters
     */
    public static char[] ask(Session session, String prompt) throws IOException {
        if (session.getTerminal() != null) {
            String line = session.readLine(prompt, '*');
            if (line == null) {
                throw new IOException("no secret was given");
            }
            return line.toCharArray();
        }
        return line(session.getKeyboard());
    }

    private static char[] line(InputStream in) throws IOException {
        char[] line = new char[LENGTH_MAX];
        try {
            int length = 0;
            int c = in.read();
            if (c < 0) {
                throw new IOException("no secret was given");
            }
            while (c >= 0 && c != '\n') {
                if (c != '\r') {
                    if (length == LENGTH_MAX) {
                        throw new IOException("secret is longer than " + LENGTH_MAX + " characters");
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
