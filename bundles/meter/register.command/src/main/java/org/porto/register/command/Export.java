// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import java.nio.file.Path;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.porto.console.api.Listing;
import org.porto.meter.api.MeterIdentity;
import org.porto.register.api.RegisterReader;

/** {@code register:export}. */
@Service
@Command(
        scope = "register",
        name = "export",
        description = "Writes the register log to a file of JSON lines, which indicium:verify --log checks without the vault")
public final class Export implements Action {

    @Argument(name = "file", description = "File to write, in a folder that is there", required = true)
    @Completion(FileCompleter.class)
    private String file = "";

    @Option(name = "--from", description = "First record, default 1")
    private long from = 1;

    @Option(name = "--to", description = "Last record, default the newest")
    private long to = Long.MAX_VALUE;

    @Option(name = "--force", description = "Replaces a file that is there already")
    private boolean force;

    @Option(name = "--json", description = "One JSON object")
    private boolean json;

    @Option(name = "--no-format", description = "Accepted everywhere; this output has no borders")
    private boolean noFormat;

    @Reference
    private RegisterReader registers;

    @Reference
    private MeterIdentity meter;

    @Reference
    private Session session;

    @Override
    public Object execute() throws Exception {
        ProgressLine progress = ProgressLine.of(session, json);
        long records;
        try {
            records = new LogExport(registers, meter.serial()).write(Path.of(file), from, to, force, progress);
        } finally {
            progress.end();
        }
        new Listing("file", "records", "from", "to")
                .row(Path.of(file).toAbsolutePath().normalize().toString(), records, from, from + records - 1)
                .printOne(session.getConsole(), json);
        return null;
    }
}
