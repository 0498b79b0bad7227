// SPDX-License-Identifier: Apache-2.0
package org.porto.console.api;

import java.io.IOException;
import java.io.InputStream;
import org.apache.karaf.shell.api.console.Session;

/** Asks for a secret: masked on a terminal, one line of standard input for a script. Secrets are never arguments. */
public final class SecretPrompt {

    private static final int LENGTH_MAX = 64;

    private SecretPrompt() {}

    /** @return the secret without its line end; the caller zeroes it */
    public static char[] ask(Session session, String prompt) throws IOException {
        if (session.getTerminal() != null) {
            return session.readLine(prompt, '*').toCharArray();
        }
        InputStream in = session.getKeyboard();
        char[] line = new char[LENGTH_MAX];
        int length = 0;
        int c = in.read();
        while (c >= 0 && c != '\n') {
            if (c != '\r') {
                if (length == LENGTH_MAX) {
                    throw new IOException("secret is longer than " + LENGTH_MAX + " characters");
                }
                line[length++] = (char) c;
            }
            c = in.read();
        }
        char[] secret = java.util.Arrays.copyOf(line, length);
        java.util.Arrays.fill(line, '\0');
        return secret;
    }
}
