// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.porto.crypto.api.CertificateRole;
import org.porto.issuer.api.CardKey;
import org.porto.issuer.api.CardKeyOrder;
import org.porto.issuer.api.IssuerCode;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/**
 * All that the issuer knows, in memory, each change journalled first. What is in memory is always the journal's replay. Not
 * thread-safe: its owner locks.
 */
final class IssuerBook {

    private static final int VERSION = 1;
    private static final int FIELD_BYTES_MAX = 1 << 16;

    private static final int CUSTOMER = 1;
    private static final int DEVICE = 2;
    private static final int ATTEMPT = 3;
    private static final int ENROLLED = 4;
    private static final int CARD_INTENT = 5;
    private static final int CARD_ISSUED = 6;
    private static final int PAIRING = 7;
    private static final int SEQUENCE = 8;
    private static final int KEY_ORDER = 9;
    private static final int KEY_HELD = 10;

    private final Journal journal;
    private final Map<CustomerId, String> customers = new TreeMap<>();
    private final Map<DeviceId, Device> devices = new TreeMap<>();
    private final Map<CardId, Card> cards = new TreeMap<>();
    private final Map<String, CardId> cardsByLabel = new TreeMap<>();
    private final Map<DeviceId, Map<CardId, Pairing>> pairings = new TreeMap<>();
    private final Map<CardId, Long> sequences = new TreeMap<>();
    private final KeyBook keyBook = new KeyBook();

    IssuerBook(Journal journal) throws RefusedException {
        this.journal = journal;
        try {
            journal.replay(1, this::replayed);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new RefusedException(IssuerCode.STORE_UNREADABLE, e.getMessage(), e);
        }
    }

    Optional<String> customer(CustomerId id) {
        return Optional.ofNullable(customers.get(id));
    }

    List<CustomerId> customers() {
        return List.copyOf(customers.keySet());
    }

    Optional<Device> device(DeviceId id) {
        return Optional.ofNullable(devices.get(id));
    }

    List<Device> devices() {
        return List.copyOf(devices.values());
    }

    /** Issued ones only. */
    Optional<Card> card(CardId id) {
        return Optional.ofNullable(cards.get(id)).filter(Card::issued);
    }

    boolean cardIdTaken(CardId id) {
        return cards.containsKey(id);
    }

    /** The newest of that label, issued or not. */
    Optional<Card> cardByLabel(String label) {
        return Optional.ofNullable(cardsByLabel.get(label)).map(cards::get);
    }

    List<Card> cards() {
        return cards.values().stream().filter(Card::issued).toList();
    }

    Optional<Pairing> pairing(DeviceId meter, CardId card) {
        return Optional.ofNullable(pairings.getOrDefault(meter, Map.of()).get(card));
    }

    List<Pairing> pairings(DeviceId meter) {
        return List.copyOf(pairings.getOrDefault(meter, Map.of()).values());
    }

    /** Of that card, with any meter. */
    List<Pairing> pairingsOf(CardId card) {
        return pairings.values().stream().flatMap(cards -> Optional.ofNullable(cards.get(card)).stream()).toList();
    }

    KeyBook keyBook() {
        return keyBook;
    }

    /** Last order sequence that was taken, 0 for none. */
    long lastSequence(CardId card) {
        return sequences.getOrDefault(card, 0L);
    }

    void putCustomer(CustomerId id, String name) throws RefusedException {
        append(CUSTOMER, out -> {
            out.writeUTF(id.value());
            out.writeUTF(name);
        });
    }

    void putDevice(Device device) throws RefusedException {
        append(DEVICE, out -> {
            out.writeUTF(device.id().value());
            out.writeUTF(device.role().name());
            out.writeUTF(device.customer().value());
            out.writeUTF(device.payoutIban());
            bytes(out, device.wrappedCode());
        });
    }

    void putAttempt(DeviceId device) throws RefusedException {
        append(ATTEMPT, out -> out.writeUTF(device.value()));
    }

    void putEnrolled(DeviceId device, byte[] publicKey, byte[] certificate, byte[] cardCertificate) throws RefusedException {
        append(ENROLLED, out -> {
            out.writeUTF(device.value());
            bytes(out, publicKey);
            bytes(out, certificate);
            bytes(out, cardCertificate);
        });
    }

    void putCardIntent(Card card) throws RefusedException {
        append(CARD_INTENT, out -> {
            out.writeUTF(card.id().value());
            out.writeUTF(card.customer().value());
            out.writeUTF(card.label());
            out.writeUTF(card.currency());
            out.writeLong(card.balanceMilsMax());
            out.writeLong(card.transactionMilsMax());
            bytes(out, card.routingTag());
            bytes(out, card.point());
            bytes(out, card.certificate());
            out.writeInt(card.orderKeyVersion());
        });
    }

    void putCardIssued(CardId card) throws RefusedException {
        append(CARD_ISSUED, out -> out.writeUTF(card.value()));
    }

    void putPairing(Pairing pairing) throws RefusedException {
        append(PAIRING, out -> {
            out.writeUTF(pairing.meter().value());
            out.writeUTF(pairing.card().value());
            bytes(out, pairing.wrappedSecret());
            out.writeLong(pairing.transferMilsMax());
            bytes(out, pairing.envelope());
        });
    }

    /** Takes the card's next order sequence; durable on return, never given again. */
    long nextSequence(CardId card) throws RefusedException {
        long next = lastSequence(card) + 1;
        if (next > 0xFFFFFFFFL) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "card " + card + " is at the end of its order sequence");
        }
        append(SEQUENCE, out -> {
            out.writeUTF(card.value());
            out.writeLong(next);
        });
        return next;
    }

    /** Takes the place of one that waits for the same card and key. */
    void putKeyOrder(CardKeyOrder order) throws RefusedException {
        append(KEY_ORDER, out -> {
            out.writeUTF(order.card().value());
            out.writeUTF(order.key().name());
            out.writeInt(order.version());
            out.writeUTF(order.id().value());
            bytes(out, order.routingTag());
            out.writeLong(order.sequence());
            out.writeInt(order.notAfterDay());
            bytes(out, order.envelope());
        });
    }

    void putKeyHeld(CardId card, CardKey key, int version) throws RefusedException {
        append(KEY_HELD, out -> {
            out.writeUTF(card.value());
            out.writeUTF(key.name());
            out.writeInt(version);
        });
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private void append(int type, Body body) throws RefusedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            body.write(out);
        } catch (IOException e) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "record of type " + type + " cannot be written", e);
        }
        // one way in: what was appended is applied exactly as a replay would apply it
        replayed(journal.append(type, bytes.toByteArray()));
    }

    private void replayed(JournalRecord record) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.payload()))) {
            int version = in.readUnsignedByte();
            if (version != VERSION) {
                throw new IOException("version " + version);
            }
            apply(record.type(), in);
            if (in.available() > 0) {
                throw new IOException("bytes behind it");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "record " + record.sequence() + " of type " + record.type() + ": " + e.getMessage(), e);
        }
    }

    private void apply(int type, DataInputStream in) throws IOException {
        switch (type) {
            case CUSTOMER -> customers.put(new CustomerId(in.readUTF()), in.readUTF());
            case DEVICE -> {
                DeviceId id = new DeviceId(in.readUTF());
                byte[] none = new byte[0];
                devices.put(
                        id,
                        new Device(
                                id,
                                CertificateRole.valueOf(in.readUTF()),
                                new CustomerId(in.readUTF()),
                                in.readUTF(),
                                bytes(in),
                                0,
                                none,
                                none,
                                none));
            }
            case ATTEMPT -> {
                Device device = known(devices, new DeviceId(in.readUTF()));
                devices.put(device.id(), device.failedOnce());
            }
            case ENROLLED -> {
                Device device = known(devices, new DeviceId(in.readUTF()));
                devices.put(device.id(), device.enrolled(bytes(in), bytes(in), bytes(in)));
            }
            case CARD_INTENT -> {
                Card card = card(in);
                cards.put(card.id(), card);
                cardsByLabel.put(card.label(), card.id());
            }
            case CARD_ISSUED -> {
                Card card = known(cards, new CardId(in.readUTF()));
                cards.put(card.id(), card.asIssued());
            }
            case PAIRING -> {
                Pairing pairing = new Pairing(
                        new DeviceId(in.readUTF()), new CardId(in.readUTF()), bytes(in), in.readLong(), bytes(in));
                pairings.computeIfAbsent(pairing.meter(), meter -> new TreeMap<>()).put(pairing.card(), pairing);
            }
            case SEQUENCE -> sequences.put(new CardId(in.readUTF()), in.readLong());
            case KEY_ORDER -> keyBook.ordered(keyOrder(in));
            case KEY_HELD -> keyBook.holds(new CardId(in.readUTF()), CardKey.valueOf(in.readUTF()), in.readInt());
            default -> throw new IOException("unknown type");
        }
    }

    private static CardKeyOrder keyOrder(DataInputStream in) throws IOException {
        CardId card = new CardId(in.readUTF());
        CardKey key = CardKey.valueOf(in.readUTF());
        int version = in.readInt();
        return new CardKeyOrder(
                new TransactionId(in.readUTF()), card, key, version, bytes(in), in.readLong(), in.readInt(), bytes(in));
    }

    private static Card card(DataInputStream in) throws IOException {
        return new Card(
                new CardId(in.readUTF()),
                new CustomerId(in.readUTF()),
                in.readUTF(),
                in.readUTF(),
                in.readLong(),
                in.readLong(),
                bytes(in),
                bytes(in),
                bytes(in),
                in.readInt(),
                false);
    }

    private static <K, V> V known(Map<K, V> map, K key) throws IOException {
        V value = map.get(key);
        if (value == null) {
            throw new IOException("about unknown " + key);
        }
        return value;
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > FIELD_BYTES_MAX) {
            throw new IOException("field of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new IOException("field ends early");
        }
        return bytes;
    }
}
