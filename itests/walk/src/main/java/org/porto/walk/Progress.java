// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.PrintStream;

/** Tells a person how far the walk is; each step's time beside it. */
final class Progress {

    private final PrintStream out;
    private final boolean terminal;
    private long began;
    private String current = "";

    Progress(PrintStream out) {
        this.out = out;
        this.terminal = System.console() != null;
    }

    void step(String what) {
        began = System.nanoTime();
        current = what;
        if (terminal) {
            out.printf("  .. %s", what);
            out.flush();
        }
    }

    void done(String result) {
        out.printf("%s  ok %-34s %s (%.1f s)%n", terminal ? "\r\u001b[K" : "", current, result, (System.nanoTime() - began) / 1e9);
    }

    void failed(String result) {
        out.printf("%s  FAILED %-30s %s (%.1f s)%n", terminal ? "\r\u001b[K" : "", current, result, (System.nanoTime() - began) / 1e9);
    }

    void note(String text) {
        out.println("     " + text);
    }
}
