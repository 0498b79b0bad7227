// SPDX-License-Identifier: Apache-2.0
package org.porto.card.core.internal;

import java.time.Duration;
import java.util.List;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.card.spi.CardReaderDriver;
import org.porto.model.api.RefusedException;

/** The product's registry of readers with one driver, as its component makes it. */
public final class ProofReaders implements CardReaders, AutoCloseable {

    private final Registry registry = new Registry(Claim.Limits.PRODUCT);

    public ProofReaders(CardReaderDriver driver) {
        registry.add(new Driver("proof", "1", Driver.Match.EXACT, driver));
        registry.poll(List.of());
    }

    @Override
    public List<ReaderInfo> list() {
        return registry.list();
    }

    @Override
    public CardClaim claim(String reader, Duration wait) throws RefusedException {
        return registry.claim(reader, wait);
    }

    @Override
    public void close() {
        registry.close();
    }
}
