// SPDX-License-Identifier: Apache-2.0
package org.porto.itests;

import org.osgi.framework.BundleContext;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterVault;

/** An amount in T that no card will ever tell of. A class of its own: it is loaded when the meter's features are there. */
final class InTransit {

    private InTransit() {}

    static void post(BundleContext context, String id, long mils, String card) throws Exception {
        RegisterVault vault = context.getService(context.getServiceReference(RegisterVault.class));
        vault.post(TransactionId.parse(id), new RegisterOperation.TransferOut(mils, 0, card));
    }
}
