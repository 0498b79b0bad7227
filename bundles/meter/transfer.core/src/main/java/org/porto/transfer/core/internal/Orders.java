// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.io.IOException;
import java.util.Currency;
import org.porto.crypto.api.CryptoService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.RefusedException;
import org.porto.protocol.tms.SettlementOrder;
import org.porto.transfer.api.TransferCode;

/** Settlement orders: only the pinned data centre gives them, each for one transfer of this meter (rule T7). */
final class Orders {

    /** Public key of the pinned data centre, SubjectPublicKeyInfo. */
    interface HostKey {
        byte[] get() throws RefusedException;
    }

    private final MeterIdentity meter;
    private final CryptoService crypto;
    private final HostKey host;

    Orders(MeterIdentity meter, CryptoService crypto, HostKey host) {
        this.meter = meter;
        this.crypto = crypto;
        this.host = host;
    }

    SettlementOrder proven(byte[] signed) throws RefusedException {
        SettlementOrder order;
        try {
            order = SettlementOrder.parse(signed);
        } catch (IOException e) {
            throw new RefusedException(TransferCode.ORDER_WRONG, e.getMessage(), e);
        }
        if (!crypto.verify(host.get(), SettlementOrder.signature(signed), SettlementOrder.body(signed))) {
            throw new RefusedException(TransferCode.ORDER_WRONG, "not signed by the data centre");
        }
        Currency currency = meter.currency();
        if (!order.meter().equals(meter.serial().value()) || order.currencyNumeric() != currency.getNumericCode()) {
            throw new RefusedException(TransferCode.ORDER_WRONG, "for meter " + order.meter());
        }
        return order;
    }
}
