// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Optional;
import org.porto.card.api.CardReaders;
import org.porto.crypto.api.CryptoService;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.Purses;
import org.porto.register.api.RegisterVault;
import org.porto.transfer.api.TransferService;

/** Makes the product's transfer service out of its parts, as its component does, for the proof. */
public final class ProofTransfers {

    private ProofTransfers() {}

    /** What the service works with. */
    public record Parts(
            MeterIdentity meter,
            RegisterVault vault,
            Purses purses,
            CardReaders readers,
            Journals journals,
            KeyService keys,
            CryptoService crypto,
            InstantSource clock,
            PeerCredentials credentials,
            byte[] datacentreKey) {}

    public static TransferService start(Parts parts, String file, long feeMils, long transferMilsMax)
            throws RefusedException, UncertainException {
        TransferBook book = new TransferBook(parts.journals(), Path.of(file));
        Transfers transfers = new Transfers(
                new Transfers.Parts(
                        parts.meter(), parts.vault(), parts.purses(), parts.readers(), parts.clock(), parts::credentials),
                new Limits(feeMils, transferMilsMax, Long.MAX_VALUE, Long.MAX_VALUE),
                Optional.of(new Orders(parts.meter(), parts.crypto(), parts::datacentreKey)),
                book,
                new Secrets(book, parts.keys(), parts.purses()),
                new Settlement(book, parts.vault(), parts.crypto()),
                new RecognitionGuard(() -> parts.clock().millis() * 1_000_000));
        transfers.recover();
        return transfers;
    }
}
