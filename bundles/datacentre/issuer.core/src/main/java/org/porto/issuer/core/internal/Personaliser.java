// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.time.Duration;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardCode;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.card.drawer.api.DrawerCard;
import org.porto.card.drawer.api.DrawerCode;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SecretBytes;
import org.porto.keys.api.KeyService;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.CardProfile;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseState;
import org.porto.purse.api.Purses;

/** The issuer's hands at its card reader. */
final class Personaliser {

    private static final Duration READER_WAIT = Duration.ofSeconds(10);

    private final CardReaders readers;
    private final CardDrawer drawer;
    private final Purses purses;
    private final KeyService keys;
    private final Authority authority;

    Personaliser(CardReaders readers, CardDrawer drawer, Purses purses, KeyService keys, Authority authority) {
        this.readers = readers;
        this.drawer = drawer;
        this.purses = purses;
        this.keys = keys;
        this.authority = authority;
    }

    CardClaim claim(String label) throws RefusedException {
        String slot = null;
        for (DrawerCard card : drawer.cards()) {
            if (card.label().equals(label)) {
                slot = card.slot();
            }
        }
        if (slot == null) {
            return claimForeign(label);
        }
        if (slot.isEmpty()) {
            throw new RefusedException(CardCode.CARD_ABSENT, "card '" + label + "' lies in the drawer: insert it first");
        }
        String ending = "/" + slot;
        String reader = readers.list().stream()
                .filter(info -> info.cardPresent() && info.name().endsWith(ending))
                .map(ReaderInfo::name)
                .findFirst()
                .orElse("");
        return readers.claim(reader, READER_WAIT);
    }

    /** A card that is no virtual one: all that is known of it is its transport key. It lies in whatever reader has a card. */
    private CardClaim claimForeign(String label) throws RefusedException {
        drawer.transportKey(label).close();
        return readers.claim("", READER_WAIT);
    }

    boolean blank(CardClaim claim) throws RefusedException {
        return purses.select(claim).state() == PurseState.BLANK;
    }

    Personalisation open(CardClaim claim, String label) throws RefusedException {
        try (SecretBytes transport = drawer.transportKey(label)) {
            return purses.openPersonalisation(claim, transport);
        }
    }

    /** Which card of ours lies in the reader, proven by the card. */
    CardId recognise(CardClaim claim) throws RefusedException {
        try (PurseSession session = purses.openCertified(claim, authority.selfForCards(), authority.today())) {
            return session.card();
        }
    }

    CardProfile profile(Card card, String orderKey) throws RefusedException {
        int issuerVersion = card.certified().issuerKeyVersion();
        return new CardProfile(
                card.id(),
                java.util.Currency.getInstance(card.currency()),
                card.balanceMilsMax(),
                card.transactionMilsMax(),
                card.certificate(),
                keys.signingKey(orderKey, card.orderKeyVersion()).publicKey(),
                card.orderKeyVersion(),
                authority.issuerKey(issuerVersion).publicKey(),
                issuerVersion,
                3,
                10);
    }

    static byte[] point(byte[] publicKey) throws RefusedException {
        return EcEncodings.point(publicKey);
    }
}
