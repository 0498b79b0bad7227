// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.api;

import java.util.List;
import org.porto.indicium.api.IndiciumData;
import org.porto.model.api.TransactionId;

/**
 * @param indicium bytes in the symbol
 * @param outputs where the printer put it
 */
public record FrankedPiece(TransactionId transaction, IndiciumData data, byte[] indicium, PaymentSource source, List<String> outputs) {

    public FrankedPiece {
        indicium = indicium.clone();
        outputs = List.copyOf(outputs);
    }

    @Override
    public byte[] indicium() {
        return indicium.clone();
    }
}
