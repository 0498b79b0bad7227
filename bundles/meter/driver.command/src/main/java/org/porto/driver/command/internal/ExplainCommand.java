// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.command.internal;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.console.api.Listing;
import org.porto.driver.api.DriverChooser;
import org.porto.driver.api.DriverVerdict;

/** Says why each reader and printer is taken or passed over on this meter's hardware. */
@Service
@Command(scope = "driver", name = "explain", description = "Says why each reader and printer is taken or passed over")
public final class ExplainCommand implements Action {

    @Option(name = "--json", description = "JSON for scripts")
    private boolean json;

    @Option(name = "--no-format", description = "No borders")
    private boolean noFormat;

    @Reference
    private List<DriverChooser> choosers;

    @Override
    public Object execute() {
        List<DriverVerdict> verdicts = new ArrayList<>();
        choosers.forEach(chooser -> verdicts.addAll(chooser.explain()));
        verdicts.sort(Comparator.comparing(DriverVerdict::kind)); // stable: each chooser's own order stays
        Listing listing = new Listing("kind", "name", "driver", "version", "rank", "chosen", "reason");
        for (DriverVerdict v : verdicts) {
            listing.row(v.kind().word(), v.name(), v.driverId(), v.version(), v.rank(), v.chosen(), v.reason());
        }
        listing.print(System.out, json, noFormat);
        return null;
    }
}
