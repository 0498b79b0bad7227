// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.SigningKey;
import org.porto.issuer.api.CardKey;
import org.porto.issuer.api.CardKeyOrder;
import org.porto.issuer.api.CardKeyVersion;
import org.porto.issuer.api.Issuer;
import org.porto.issuer.api.IssuerCode;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardKeySet;
import org.porto.protocol.card.CardOrder;
import org.porto.protocol.card.Signed;

/**
 * Moves cards from one version of a key to the next. The key service says which version is the newest, the book which one each card has said
 * that it has; an order is made wherever the two differ and none waits that the card can read. That is asked anew at each step and at each
 * start, so that nothing between two steps can be lost. Not thread-safe: its owner locks.
 */
final class KeyRoll {

    static final String ORDER_KEY = "orders";
    private static final int VERSION_MAX = 255;

    private final IssuerBook book;
    private final Authority authority;
    private final OrderSealer sealer;
    private final KeyService keys;
    private final CryptoService crypto;
    private Optional<byte[]> set = Optional.empty();
    private long madeFor;

    KeyRoll(IssuerBook book, Authority authority, OrderSealer sealer, KeyService keys, CryptoService crypto) {
        this.book = book;
        this.authority = authority;
        this.sealer = sealer;
        this.keys = keys;
        this.crypto = crypto;
    }

    private static String name(CardKey key) {
        return key == CardKey.ORDERS ? ORDER_KEY : Authority.ISSUER_KEY;
    }

    int newest(CardKey key) throws RefusedException {
        keys.signingKey(name(key));
        return keys.current(name(key)).orElseThrow().version();
    }

    /** By the card's own word, or else what it was made with. */
    int held(Card card, CardKey key) {
        return book.keyBook().held(card.id(), key)
                .orElseGet(() -> key == CardKey.ORDERS ? card.orderKeyVersion() : card.certified().issuerKeyVersion());
    }

    void roll(CardKey key, int version) throws RefusedException {
        int now = newest(key);
        if (version != now && version != now + 1 || version > VERSION_MAX) {
            throw new RefusedException(
                    IssuerCode.KEY_VERSION_WRONG, "key " + key.text() + " is at version " + now + ", the next is " + (now + 1));
        }
        if (version > now) {
            keys.rollOver(name(key));
        }
    }

    private boolean serves(Card card) {
        return card.issued() && card.certified().notAfterDay() >= authority.lastDay(0);
    }

    /** @return whether an order was made */
    boolean catchUp(Card card) throws RefusedException {
        if (!serves(card)) {
            return false;
        }
        boolean issuer = behind(card, CardKey.ISSUER);
        if (issuer) {
            order(card, CardKey.ISSUER, newest(CardKey.ISSUER));
        }
        // Behind it, also where it waits already: the card takes no roll-over by the former order key once it has the new one.
        boolean orders = behind(card, CardKey.ORDERS)
                || issuer && book.keyBook().waiting(card.id(), CardKey.ORDERS).isPresent();
        if (orders) {
            order(card, CardKey.ORDERS, newest(CardKey.ORDERS));
        }
        return issuer || orders;
    }

    /** Whether the card lacks the newest version, and no order waits that it can read and that brings it. */
    private boolean behind(Card card, CardKey key) throws RefusedException {
        int wanted = newest(key);
        return held(card, key) < wanted
                && book.keyBook().waiting(card.id(), key)
                        .filter(order -> order.version() == wanted
                                && signedWith(order.envelope()) == held(card, CardKey.ORDERS))
                        .isEmpty();
    }

    private static int signedWith(byte[] envelope) {
        return envelope[1] & 0xFF;
    }

    private void order(Card card, CardKey key, int version) throws RefusedException {
        byte[] id = crypto.random(TransactionId.BYTES);
        int whose = key == CardKey.ORDERS ? CardOrder.OF_DATACENTRE : CardOrder.OF_ISSUER;
        byte[] detail = CardOrder.keyDetail(whose, version, crypto.sha256(point(key, version)));
        int lastDay = card.certified().notAfterDay();
        Issuer.SealedOrder sealed = seal(card, CardOrder.KEY, id, lastDay, detail);
        book.putKeyOrder(new CardKeyOrder(
                TransactionId.of(id), card.id(), key, version, card.routingTag(), sealed.sequence(), lastDay, sealed.envelope()));
    }

    /** Signed with the version that the card has: it may not have a later one yet. */
    Issuer.SealedOrder seal(Card card, int kind, byte[] id, int lastDay, byte[] detail) throws RefusedException {
        int version = held(card, CardKey.ORDERS);
        SigningKey orders = keys.signingKey(ORDER_KEY, version);
        long sequence = book.nextSequence(card.id());
        CardOrder order = new CardOrder(kind, version, card.id().bytes(), id, sequence, lastDay, detail);
        return new Issuer.SealedOrder(sequence, sealer.seal(order, orders, card.point()));
    }

    /** @return whether the card has another key now than before */
    boolean receipt(Card card, TransactionId id, int result) throws RefusedException {
        Optional<CardKeyOrder> given = book.keyBook().given(card.id(), id);
        if (given.isEmpty()) {
            return false;
        }
        CardKeyOrder order = given.get();
        boolean stale = result == ApplyReceipt.STALE;
        // A stale order came behind a later one, or the card has that version. When no later one was given, it is the latter.
        boolean has = result == ApplyReceipt.APPLIED
                || result == ApplyReceipt.USED
                || stale && book.lastSequence(card.id()) == order.sequence();
        if (has && order.version() > held(card, order.key())) {
            book.putKeyHeld(card.id(), order.key(), order.version());
            catchUp(card);
            return true;
        }
        boolean waits = book.keyBook().waiting(card.id(), order.key()).filter(order::equals).isPresent();
        if (stale && waits) {
            order(card, order.key(), newest(order.key()));
        }
        return false;
    }

    List<CardKeyVersion> versions() throws RefusedException {
        List<CardKeyVersion> all = new ArrayList<>();
        List<KeyInfo> infos = keys.list();
        List<Card> cards = book.cards().stream().filter(this::serves).toList();
        for (CardKey key : CardKey.values()) {
            int newest = newest(key);
            for (int v = 1; v <= newest; v++) {
                int version = v;
                Optional<KeyInfo> info = infos.stream()
                        .filter(one -> one.name().equals(name(key)) && one.version() == version)
                        .findFirst();
                all.add(new CardKeyVersion(
                        key,
                        version,
                        version == newest,
                        info.map(KeyInfo::created).orElse(java.time.Instant.EPOCH),
                        info.map(KeyInfo::checkValue).orElse(""),
                        (int) cards.stream().filter(card -> held(card, key) == version).count(),
                        (int) book.keyBook().waiting().stream()
                                .filter(order -> order.key() == key && order.version() == version)
                                .count(),
                        key == CardKey.ISSUER
                                ? (int) cards.stream()
                                        .filter(card -> card.certified().issuerKeyVersion() == version)
                                        .count()
                                : 0));
            }
        }
        return List.copyOf(all);
    }

    /** Versions of the issuer's key under which a peer must be able to show itself, newest first. */
    NavigableSet<Integer> shown() throws RefusedException {
        NavigableSet<Integer> versions = new TreeSet<>();
        versions.add(newest(CardKey.ISSUER));
        book.cards().stream().filter(this::serves).forEach(card -> versions.add(held(card, CardKey.ISSUER)));
        return versions.descendingSet();
    }

    private byte[] point(CardKey key, int version) throws RefusedException {
        return EcEncodings.point(keys.signingKey(name(key), version).publicKey());
    }

    long setNumber() throws RefusedException {
        return CardKeySet.number(newest(CardKey.ISSUER), newest(CardKey.ORDERS));
    }

    byte[] set() throws RefusedException {
        if (set.isEmpty() || madeFor != setNumber()) {
            List<CardKeySet.IssuerKey> issuer = new ArrayList<>();
            for (int v = 1; v <= newest(CardKey.ISSUER); v++) {
                byte[] point = point(CardKey.ISSUER, v);
                issuer.add(new CardKeySet.IssuerKey(v, point, v == 1 ? new byte[0] : link(v, point)));
            }
            List<CardKeySet.OrderKey> orders = new ArrayList<>();
            for (int v = 1; v <= newest(CardKey.ORDERS); v++) {
                orders.add(new CardKeySet.OrderKey(v, point(CardKey.ORDERS, v)));
            }
            CardKeySet made = new CardKeySet(issuer, orders);
            byte[] body = made.encoded();
            set = Optional.of(new Signed(body, signed(newest(CardKey.ISSUER), body)).encoded());
            madeFor = made.number();
        }
        return set.get().clone();
    }

    private byte[] link(int version, byte[] point) throws RefusedException {
        return signed(version - 1, CardKeySet.linkMessage(version, point));
    }

    private byte[] signed(int version, byte[] body) throws RefusedException {
        return EcEncodings.derSignature(authority.issuerKey(version).sign(body));
    }

    /** Which of the cards are behind. */
    List<CardId> cards() {
        return book.cards().stream().map(Card::id).toList();
    }
}
