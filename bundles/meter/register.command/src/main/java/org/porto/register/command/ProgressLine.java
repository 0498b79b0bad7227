// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import java.io.PrintStream;
import org.apache.karaf.shell.api.console.Session;
import org.porto.register.api.VaultService.VerifyProgress;

/** How far a long walk is, on one line of a terminal; silent where nobody looks. */
final class ProgressLine implements VerifyProgress {

    private static final long NANOS_BETWEEN = 100_000_000;

    private final PrintStream out;
    private final boolean shown;
    private long lastNanos = System.nanoTime();
    private boolean dirty;

    private ProgressLine(PrintStream out, boolean shown) {
        this.out = out;
        this.shown = shown;
    }

    static ProgressLine of(Session session, boolean json) {
        return new ProgressLine(session.getConsole(), session.getTerminal() != null && !json);
    }

    @Override
    public void at(long record, long of) {
        if (!shown || of <= 0 || System.nanoTime() - lastNanos < NANOS_BETWEEN) {
            return;
        }
        lastNanos = System.nanoTime();
        dirty = true;
        out.printf("\r  record %d of %d, %d %%", record, of, (long) (100.0 * record / of));
        out.flush();
    }

    /** Takes the line away again. */
    void end() {
        if (dirty) {
            out.print("\r\u001b[K");
            out.flush();
        }
    }
}
