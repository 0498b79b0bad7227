// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.purse.api.CardProfile;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.LoadOrder;
import org.porto.purse.api.PairingBook;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.PurseLogEntry;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseStatus;
import org.porto.purse.host.internal.CardPurses;

/**
 * The host's side before a {@link LyingCard}: it refuses, is uncertain or is right. Refused means that no command of value went out, or that
 * the card said with its keys that it did nothing; done means that the card showed the proof for it.
 */
public final class HostTarget {

    private static final int STEPS_MAX = 12;
    private static final Currency CHF = Currency.getInstance("CHF");
    private static final LocalDate TODAY = LocalDate.of(2026, 11, 22);
    private static final char[] PIN = "1234".toCharArray();

    private static HostGround ground;

    private interface Act {
        void run() throws PortoException;
    }

    private final Feed feed;
    private final Consumer<String> trace;
    private final LyingCard card;
    private final CardPurses purses;
    private int number;

    private HostTarget(byte[] input, Consumer<String> trace) {
        feed = new Feed(input);
        this.trace = trace;
        card = new LyingCard(feed, ground, trace);
        purses = new CardPurses(ground.crypto);
    }

    /** For the fuzzer. */
    public static void fuzzerTestOneInput(byte[] input) {
        run(input, line -> {});
    }

    static void run(byte[] input, Consumer<String> trace) {
        if (ground == null) {
            ground = new HostGround();
        }
        new HostTarget(input, trace).run();
    }

    private void run() {
        int kind = feed.choice(8);
        ground.blank = kind == 0;
        if (kind == 0) {
            expect(false, this::personalise);
        } else {
            expect(false, () -> meet(kind < 5));
        }
    }

    /** Runs it and judges how it fails. @return whether it was done */
    private boolean expect(boolean value, Act act) {
        card.ordered = 0;
        boolean dead = card.broken;
        int exchanges = card.exchanges;
        try {
            act.run();
            return true;
        } catch (RefusedException e) {
            trace.accept(String.valueOf(e.getMessage()));
            Finding.unless(e.code().startsWith("PUR-"), "refused with " + e.code());
            boolean nothing = card.ordered == 0 || card.honest && !card.broken && card.said.status() != 0x9000;
            Finding.unless(!value || nothing, "refused, though the card may have obeyed: " + e.code());
        } catch (UncertainException e) {
            trace.accept(String.valueOf(e.getMessage()));
            Finding.unless(value && card.ordered > 0, "uncertain, though nothing of value was asked");
            Finding.unless(e.code().equals("PUR-018"), "uncertain with " + e.code());
            card.broken = true; // a receipt that is wrong ends the session as well
        } catch (PortoException e) {
            throw new Finding("neither refused nor uncertain: " + e);
        } finally {
            Finding.unless(!dead || card.exchanges == exchanges, "a session that failed went on");
        }
        return false;
    }

    private void personalise() throws PortoException {
        try (SecretBytes key = SecretBytes.copyOf(Ground.TRANSPORT_KEY);
                Personalisation blank = purses.openPersonalisation(card, key)) {
            Finding.unless(card.proved, "a blank card that proved nothing");
            byte[] own = blank.generateKey();
            blank.complete(
                    new CardProfile(
                            new CardId("0011223344556677"),
                            CHF,
                            Ground.BALANCE_MAX,
                            Ground.TRANSACTION_MAX,
                            ground.certificate,
                            ground.issuer.spki,
                            1,
                            ground.issuer.spki,
                            1,
                            3,
                            10),
                    PIN);
            Finding.unless(own.length == 91, "a key of " + own.length + " bytes");
        }
    }

    private PairingBook book() {
        return handle -> List.of(new PairingBook.Candidate(
                new CardId("0011223344556677"), feed.next() > 0x80, SecretBytes.copyOf(ground.secret)));
    }

    private void meet(boolean paired) throws PortoException {
        try (PurseSession session = paired
                ? purses.openPaired(card, new DeviceId("METER001"), book())
                : purses.openCertified(card, ground.credentials, TODAY)) {
            Finding.unless(card.proved, "a session with a card that proved nothing");
            Finding.unless(paired || card.signedContext, "a session with a card that does not have its key");
            Finding.unless(Arrays.equals(session.card().bytes(), Ground.CARD), "a session with card " + session.card());
            for (int step = 0; step < STEPS_MAX && feed.more(); step++) {
                step(session, paired);
            }
        }
    }

    private TransactionId fresh() {
        return TransactionId.of(ByteBuffer.allocate(16).putInt(1).putInt(++number).array());
    }

    private void step(PurseSession session, boolean paired) {
        switch (feed.choice(paired ? 8 : 10)) {
            case 0 -> expect(false, () -> status(session.status()));
            case 1 -> expect(false, () -> log(session.log()));
            case 2 -> expect(false, () -> session.verifyPin(PIN));
            case 3 -> expect(false, () -> session.changePin(PIN, "98765432".toCharArray()));
            case 4 -> apply(session);
            case 5 -> expect(false, () -> Finding.unless(session.routingTag().length == 8, "routing tag"));
            default -> {
                if (paired) {
                    load(session);
                } else {
                    certified(session);
                }
            }
        }
    }

    private static void status(PurseStatus status) {
        Finding.unless(Arrays.equals(status.card().bytes(), Ground.CARD), "status of another card");
        boolean sane = status.balance() >= 0 && status.spent() >= 0 && status.loadedFromMeters() >= 0 && status.burned() >= 0;
        Finding.unless(sane && status.controlSum() >= 0 && status.rechargedTotal() >= 0, "status believed: " + status);
    }

    private static void log(List<PurseLogEntry> log) {
        Finding.unless(log.size() <= 20, "log of " + log.size() + " lines");
    }

    private void load(PurseSession session) {
        LoadOrder[] order = new LoadOrder[1];
        long amount = feed.seldom() ? feed.wide() & Long.MAX_VALUE : 1 + 100L * feed.next();
        boolean prepared = expect(
                false,
                () -> order[0] = session.prepareLoad(
                        fresh(), Money.ofMils(amount, CHF), feed.seldom() ? TODAY.plusDays(feed.number(2) % 50_000) : TODAY));
        if (prepared) {
            try (SecretBytes next = order[0].nextSecret()) {
                Finding.unless(order[0].amount().mils() == amount && !next.toString().isEmpty(), "another load than was asked for");
                if (expect(true, () -> session.load(order[0]))) {
                    Finding.unless(card.receipt(), "a load without the card's receipt");
                }
            }
        }
    }

    private void certified(PurseSession session) {
        long peer = 1 + feed.choice(3);
        long amount = 1 + 100L * feed.next();
        byte[][] receipt = new byte[1][];
        switch (feed.choice(4)) {
            case 0 -> {
                expect(false, () -> {
                    Optional<byte[]> proof = session.proveDebit(peer, feed.number(2));
                    if (proof.isPresent()) {
                        receipt(proof.get(), peer, 0);
                    } else {
                        Finding.unless(card.said.status() == 0x6A83, "a debit denied by " + card.said.status());
                    }
                });
            }
            case 1 -> {
                if (expect(true, () -> receipt[0] = session.undoDebit(peer, fresh()))) {
                    receipt(receipt[0], peer, 2);
                }
            }
            default -> {
                if (expect(true, () -> receipt[0] = session.debit(new DebitOrder(fresh(), Money.ofMils(amount, CHF), peer, 9000)))) {
                    receipt(receipt[0], peer, 1);
                    Finding.unless(ByteBuffer.wrap(receipt[0]).getLong(32) == amount, "a receipt for another amount");
                }
            }
        }
    }

    private void receipt(byte[] r, long peer, int kind) {
        byte[] id = "SHOP0001".getBytes(StandardCharsets.US_ASCII);
        boolean right = r.length > 56
                && r[0] == (byte) 0xB2
                && (kind == 0 || r[2] == kind)
                && Arrays.equals(r, 3, 11, Ground.CARD, 0, 8)
                && r[11] == 3
                && Arrays.equals(r, 12, 20, id, 0, 8)
                && ByteBuffer.wrap(r).getInt(20) == peer
                && Ec.verify(ground.card.point, Arrays.copyOfRange(r, 56, r.length), Arrays.copyOf(r, 56));
        Finding.unless(right && card.said.status() == 0x9000, "a receipt believed that is none");
    }

    private void apply(PurseSession session) {
        byte[][] receipt = new byte[1][];
        byte[] envelope = feed.take(feed.choice(256));
        if (expect(true, () -> receipt[0] = session.apply(envelope))) {
            byte[] r = receipt[0];
            boolean right = r.length > 47
                    && r[2] >= 1
                    && r[2] <= 7
                    && Arrays.equals(r, 3, 11, Ground.CARD, 0, 8)
                    && Ec.verify(ground.card.point, Arrays.copyOfRange(r, 47, r.length), Arrays.copyOf(r, 47));
            Finding.unless(right, "an order's receipt believed that is none");
        }
    }
}
