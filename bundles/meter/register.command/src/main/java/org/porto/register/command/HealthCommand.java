// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.register.api.VaultHealth;
import org.porto.register.api.VaultService;

/** {@code vault:health}: always answers. */
@Service
@Command(scope = "vault", name = "health", description = "Shows state, space, wear and sync times of the register vault")
public final class HealthCommand implements Action {

    @Option(name = "--json", description = "One JSON object; bytes, microseconds")
    private boolean json;

    @Option(name = "--no-format", description = "Table without borders")
    private boolean noFormat;

    @Reference
    private VaultService vault;

    @Reference
    private Session session;

    @Override
    public Object execute() {
        VaultHealth h = vault.health();
        if (json) {
            object(h).printOne(session.getConsole(), true);
        } else {
            table(h).print(session.getConsole(), false, noFormat);
        }
        return null;
    }

    private static Listing object(VaultHealth h) {
        return new Listing(
                        "state", "detail", "records", "archivedRecords", "freeBytes", "liveBytes", "archiveBytes", "bytesWritten",
                        "batches", "faults", "repairs",
                        "journalSyncs", "journalSyncP50Micros", "journalSyncP99Micros", "journalSyncMaxMicros",
                        "tableSyncs", "tableSyncP50Micros", "tableSyncP99Micros", "tableSyncMaxMicros")
                .row(
                        h.state(), h.detail(), h.records(), h.archivedRecords(), h.freeBytes(), h.liveBytes(), h.archiveBytes(),
                        h.bytesWritten(), h.batches(), h.faults(), h.repairs(),
                        h.journalSyncs().count(), h.journalSyncs().p50Micros(), h.journalSyncs().p99Micros(),
                        h.journalSyncs().maxMicros(),
                        h.tableSyncs().count(), h.tableSyncs().p50Micros(), h.tableSyncs().p99Micros(), h.tableSyncs().maxMicros());
    }

    private static Listing table(VaultHealth h) {
        return new Listing("what", "value")
                .row("state", h.detail().isEmpty() ? h.state() : h.state() + ": " + h.detail())
                .row("records", h.records() + ", " + h.archivedRecords() + " of them archived")
                .row("free space", megabytes(h.freeBytes()))
                .row("both stores", megabytes(h.liveBytes()))
                .row("archive", megabytes(h.archiveBytes()))
                .row("written since start", megabytes(h.bytesWritten()) + " in " + h.batches() + " batches")
                .row("journal syncs", syncs(h.journalSyncs()))
                .row("table syncs", syncs(h.tableSyncs()))
                .row("faults since start", h.faults())
                .row("repairs since start", h.repairs());
    }

    private static String megabytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MB", bytes / 1e6);
    }

    private static String syncs(VaultHealth.SyncTimes times) {
        return String.format(
                Locale.ROOT, "%d; median %.2f, 99 %% within %.2f, longest %.2f ms",
                times.count(), times.p50Micros() / 1e3, times.p99Micros() / 1e3, times.maxMicros() / 1e3);
    }
}
