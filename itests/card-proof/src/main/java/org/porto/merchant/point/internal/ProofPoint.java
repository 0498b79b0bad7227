// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.point.internal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import org.porto.card.api.CardReaders;
import org.porto.crypto.api.CryptoService;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.merchant.api.MerchantPoint;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.Purses;
import org.porto.tms.api.TmsChannel;

/** Makes the product's merchant point out of its parts, as its component does, for the proof. */
public final class ProofPoint {

    private ProofPoint() {}

    /** What the point works with. */
    public record Parts(
            CardReaders readers,
            Purses purses,
            TmsChannel channel,
            KeyService keys,
            Journals journals,
            CryptoService crypto,
            InstantSource clock) {}

    /** Receipts of the cards that are on record there. */
    public static List<byte[]> receipts(Journals journals, String file) throws RefusedException {
        try (SaleBook book = new SaleBook(journals, Path.of(file))) {
            return book.paid(Integer.MAX_VALUE).stream().map(sale -> sale.receipt.clone()).toList();
        }
    }

    public static MerchantPoint start(DeviceId device, Currency currency, Parts parts, String file) throws RefusedException {
        return new OfflinePoint(
                device,
                currency,
                new SaleBook(parts.journals(), Path.of(file)),
                parts.readers(),
                parts.purses(),
                parts.channel(),
                parts.keys(),
                parts.crypto(),
                parts.clock());
    }
}
