// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.time.Duration;
import java.time.LocalDate;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.franking.api.FrankingCode;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.Purses;
import org.porto.tms.api.TmsChannel;

/** Where a card that pays is met: a claimed reader and a session by certificates. */
final class CardDesk {

    private static final Duration WAIT = Duration.ofSeconds(10);

    private final CardReaders readers;
    private final Purses purses;
    private final TmsChannel channel;
    private final KeyService keys;

    CardDesk(CardReaders readers, Purses purses, TmsChannel channel, KeyService keys) {
        this.readers = readers;
        this.purses = purses;
        this.channel = channel;
        this.keys = keys;
    }

    /** Both are given back by closing it. */
    record Visit(CardClaim claim, PurseSession session) implements AutoCloseable {
        String card() {
            return session.card().value();
        }

        @Override
        public void close() {
            session.close();
            claim.close();
        }
    }

    Visit open(LocalDate today) throws RefusedException {
        PeerCredentials self = credentials();
        CardClaim claim = readers.claim("", WAIT);
        PurseSession session = null;
        try {
            session = purses.openCertified(claim, self, today);
        } finally {
            if (session == null) {
                claim.close();
            }
        }
        return new Visit(claim, session);
    }

    private PeerCredentials credentials() throws RefusedException {
        try {
            return new PeerCredentials(
                    channel.cardCertificates("device"), keys.signingKey("device"), channel.issuerKeys("device"));
        } catch (RefusedException e) {
            if (e.code().equals(org.porto.tms.api.TmsCode.NOT_ENROLLED.code())) {
                throw new RefusedException(FrankingCode.NO_CARD_CERTIFICATE, "", e);
            }
            throw e;
        }
    }
}
