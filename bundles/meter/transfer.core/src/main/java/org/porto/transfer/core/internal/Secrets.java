// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.porto.crypto.api.SecretBytes;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.PairingBook;
import org.porto.purse.api.Purses;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds the pairing of a card by its pseudonymous handle: among the present secrets, and the next ones of what is in doubt. */
final class Secrets implements PairingBook {

    private static final Logger LOG = LoggerFactory.getLogger(Secrets.class);

    private final TransferBook book;
    private final KeyService keys;
    private final Purses purses;

    Secrets(TransferBook book, KeyService keys, Purses purses) {
        this.book = book;
        this.keys = keys;
        this.purses = purses;
    }

    @Override
    public List<Candidate> find(byte[] handle) {
        List<Candidate> found = new ArrayList<>();
        try {
            for (Pairing pairing : book.pairings()) {
                consider(handle, pairing, false, pairing.wrappedSecret(), found);
                Optional<Entry> sent = book.sent(pairing.card());
                if (sent.isPresent()) {
                    consider(handle, pairing, true, sent.get().wrappedNext(), found);
                }
            }
        } catch (RefusedException e) {
            LOG.error("{} pairings cannot be read", e.code(), e);
        }
        return found;
    }

    /** One secret that cannot be unwrapped hides one card only. */
    private void consider(byte[] handle, Pairing pairing, boolean next, byte[] wrapped, List<Candidate> found) {
        try {
            SecretBytes secret = keys.unwrap(Pairing.context(pairing.card()), wrapped);
            if (purses.shows(secret, handle)) {
                found.add(new Candidate(pairing.card(), next, secret));
            } else {
                secret.close();
            }
        } catch (RefusedException e) {
            LOG.error("{} secret of card {} cannot be read", e.code(), pairing.card(), e);
        }
    }

    byte[] wrap(org.porto.model.api.CardId card, SecretBytes secret) {
        return keys.wrap(Pairing.context(card), secret);
    }
}
