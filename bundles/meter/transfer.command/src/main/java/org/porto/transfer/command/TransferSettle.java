// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.command;

import java.time.InstantSource;
import java.util.Base64;
import java.util.List;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.porto.model.api.RefusedException;
import org.porto.transfer.api.TransferCode;
import org.porto.transfer.api.TransferService;

/** {@code transfer:settle}: an order of the data centre that came by hand; {@code tms:sync} fetches the same ones. */
@Service
@Command(
        scope = "transfer",
        name = "settle",
        description = "Obeys a settlement order of the data centre that was carried here by hand",
        detailedDescription = "A transfer in doubt whose card does not come back is ended by the data centre only. tms:sync fetches its orders; "
                + "for a meter without a link the data centre prints one with settlement:order. The order is signed, names one transfer of this "
                + "meter, and does nothing when it is given again. If the card does come back, its answer is still heard.")
public final class TransferSettle implements Action {

    @Reference
    private TransferService transfers;

    @Reference
    private InstantSource clock;

    @Argument(index = 0, name = "order", description = "The order in base64, as settlement:order prints it", required = true)
    private String order;

    @Option(name = "--json", description = "One JSON object, amounts in mils")
    private boolean json;

    @Override
    public Object execute() throws Exception {
        byte[] signed;
        try {
            signed = Base64.getDecoder().decode(order);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(TransferCode.ORDER_WRONG, "not base64", e);
        }
        Transfers.listing(List.of(transfers.settle(signed)), clock.instant(), json).printOne(System.out, json);
        return null;
    }
}
