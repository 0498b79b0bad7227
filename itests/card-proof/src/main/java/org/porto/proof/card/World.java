// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.merchant.point.internal.ProofPoint;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.PurseSession;
import org.porto.purse.host.internal.CardPurses;

/**
 * Cards, meters, merchant points, stations and a data centre. Applet, card machine, host side, transfer service, merchant point and
 * recharge queue are the product's; vaults and journals are memory doubles that cut the power, the data centre is plain.
 */
final class World implements InstantSource {

    static final Currency CHF = Currency.getInstance("CHF");
    static final char[] PIN = "1234".toCharArray();
    static final long BALANCE_MAX = 500_000;
    static final long TRANSACTION_MAX = 200_000;
    static final long PAIR_MAX = 50_000;
    static final long FEE = 7;
    private static final byte[] TRANSPORT_KEY = HexFormat.of().parseHex("000102030405060708090A0B0C0D0E0F");
    private static final byte[] AID = HexFormat.of().parseHex("F0504F52544F01");

    final CryptoService crypto;
    final CardPurses purses;
    final Datacentre centre;
    final Judge judge = new Judge(this);
    final CardReaders readers = new Readers();
    final Disk disk = new Disk();
    final List<Purse> cards = new ArrayList<>();
    final List<Meter> meters = new ArrayList<>();
    final List<Point> points = new ArrayList<>();
    final List<Station> stations = new ArrayList<>();
    /** Settles what stays in doubt; null where nobody does. */
    Office office;
    Purse inserted;
    Instant now = Instant.parse("2026-03-01T08:00:00Z");
    /** Spent with a point that is no longer among the points. */
    long writtenOff;

    World(CryptoService crypto) {
        this.crypto = crypto;
        this.purses = new CardPurses(crypto);
        this.centre = new Datacentre(crypto, purses, this);
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public long millis() {
        return now.toEpochMilli();
    }

    LocalDate today() {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }

    TransactionId freshId() {
        return TransactionId.of(centre.freshBytes());
    }

    // Cards

    Purse blank() {
        Purse card = new Purse(new CardId(String.format("00112233%08X", cards.size() + 1)), AID, TRANSPORT_KEY);
        cards.add(card);
        return card;
    }

    Purse card() throws RefusedException {
        Purse card = blank();
        personalise(card);
        inserted = card;
        return card;
    }

    void personalise(Purse card) throws RefusedException {
        try (CardClaim claim = card.claim();
                SecretBytes key = SecretBytes.copyOf(TRANSPORT_KEY)) {
            centre.personalise(claim, key, card);
        }
    }

    // Places

    private final class Readers implements CardReaders {
        @Override
        public List<ReaderInfo> list() {
            return List.of();
        }

        @Override
        public CardClaim claim(String reader, Duration wait) {
            return inserted.claim();
        }
    }

    ProofPoint.Parts parts(PeerCredentials self) {
        return new ProofPoint.Parts(
                readers, purses, new PlainChannel(centre, self), new PlainKeys(self.key(), self.certificate()), disk, crypto, this);
    }

    static DeviceId name(String kind, int number) {
        return new DeviceId(String.format("%s%04d", kind, number));
    }

    /** A session by certificates with a merchant's, for what no place does by itself. */
    interface Certified {
        void with(PurseSession session) throws PortoException;
    }

    void certified(Point point, Certified act) throws PortoException {
        try (CardClaim claim = inserted.claim();
                PurseSession session = purses.openCertified(claim, point.self, today())) {
            act.with(session);
        }
    }
}
