// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.core.internal;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.porto.card.api.CardChannel;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalCode;
import org.porto.journal.api.JournalRecord;
import org.porto.journal.api.Journals;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.LoadOrder;
import org.porto.purse.api.PairState;
import org.porto.purse.api.PairingBook;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.PublicStatus;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseLogEntry;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseState;
import org.porto.purse.api.PurseStatus;
import org.porto.purse.api.Purses;
import org.porto.register.api.MeterState;
import org.porto.register.api.RegisterCode;
import org.porto.register.api.RegisterLimits;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;
import org.porto.transfer.api.TransferEvent;

/** Everything durable around transfers: registers, journal file, cards. It outlives the meter that {@link #meter} starts on it. */
final class World {

    static final Currency EUR = Currency.getInstance("EUR");
    static final DeviceId SERIAL = new DeviceId("METER001");
    static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");

    final Faults faults = new Faults();
    final Vault vault = new Vault();
    final List<byte[]> journal = new ArrayList<>();
    final Map<CardId, Card> cards = new HashMap<>();
    Card inserted;
    long nanos;
    Instant now = NOW;
    long cardDayMax = 1_000_000;
    long dayMax = 1_000_000;
    /** Every transition that any meter of this world told. */
    final List<TransferEvent> events = new ArrayList<>();
    /** Key of the data centre; its signatures here are hashes under it. */
    static final byte[] HOST = {7, 7, 7};

    static final class Card {
        final CardId id;
        byte[] secret;
        byte[] offered;
        boolean pinned = true;
        long balance;
        long transfers;
        long lastAmount;
        long refuseLoads;

        Card(CardId id) {
            this.id = id;
        }
    }

    Card card(long number) {
        CardId id = new CardId(String.format("%016X", number));
        return cards.computeIfAbsent(id, Card::new);
    }

    /** A meter that was just switched on. */
    Transfers meter() throws Exception {
        TestKeys keys = new TestKeys();
        TransferBook book = new TransferBook(new MemoryJournals(), Path.of("transfers.journal"));
        Pursery pursery = new Pursery();
        Transfers transfers = new Transfers(
                new Transfers.Parts(
                        new Identity(), vault, pursery, new Reader(), () -> now, () -> new PeerCredentials(new byte[1], keys.signingKey("device"), new byte[1])),
                new Limits(7, 50_000, cardDayMax, dayMax),
                Optional.of(new Orders(new Identity(), keys.crypto(), () -> HOST)),
                book,
                new Secrets(book, keys, pursery),
                new Settlement(book, vault, keys.crypto(), new Trace(() -> now)),
                new RecognitionGuard(() -> nanos));
        transfers.watch(events::add);
        transfers.recover();
        return transfers;
    }

    /** Meter, cards and transit together; constant (rule T8). */
    long total() {
        long sum = vault.d + vault.t + vault.x + vault.f;
        long onCards = cards.values().stream().mapToLong(card -> card.balance).sum();
        return sum - vault.x + onCards;
    }

    /** At any moment: nothing leaves the registers unseen, and the cards hold what is moved and at most what is in transit. */
    void check(String name) {
        long onCards = cards.values().stream().mapToLong(card -> card.balance).sum();
        if (vault.d + vault.t + vault.x + vault.f != 100_000 || onCards < vault.x || onCards > vault.x + vault.t) {
            throw new AssertionError(name + ": D " + vault.d + " T " + vault.t + " X " + vault.x + " F " + vault.f
                    + " cards " + onCards);
        }
    }

    /** Stands for a signature of 64 bytes. */
    static byte[] seal(byte[] key, byte[] hash) {
        byte[] half = sha(key, hash);
        byte[] both = Arrays.copyOf(half, 64);
        System.arraycopy(half, 0, both, 32, 32);
        return both;
    }

    static byte[] sha(byte[]... parts) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            for (byte[] part : parts) {
                digest.update(part);
            }
            return digest.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static byte[] next(byte[] secret, long number) {
        return Arrays.copyOf(sha(secret, Long.toString(number).getBytes(java.nio.charset.StandardCharsets.US_ASCII)), 16);
    }

    private static byte[] handleOf(byte[] secret) {
        return Arrays.copyOf(sha(new byte[] {'h'}, secret), 8);
    }

    /** Registers D, T, X and F, durable at each post. */
    final class Vault implements RegisterVault {
        long d = 100_000;
        long t;
        long x;
        long f;
        long sequence;
        final Map<TransactionId, TransitItem> items = new LinkedHashMap<>();
        final Map<TransactionId, RegisterOperation> posted = new HashMap<>();

        @Override
        public RegisterRecord post(TransactionId id, RegisterOperation operation) throws RefusedException, UncertainException {
            boolean hit = faults.hit();
            faults.cut(hit, Faults.Kind.CUT_BEFORE);
            if (hit && faults.kind == Faults.Kind.FAIL_BEFORE) {
                throw new UncertainException(RegisterCode.STORE_FAILED, id, "", null);
            }
            apply(id, operation);
            faults.cut(hit, Faults.Kind.CUT_AFTER);
            if (hit && faults.kind == Faults.Kind.FAIL_AFTER) {
                throw new UncertainException(RegisterCode.STORE_FAILED, id, "", null);
            }
            return record(id, operation);
        }

        private void apply(TransactionId id, RegisterOperation operation) throws RefusedException {
            if (posted.containsKey(id)) {
                if (!posted.get(id).equals(operation)) {
                    throw new RefusedException(RegisterCode.ID_TAKEN);
                }
                return;
            }
            if (operation instanceof RegisterOperation.TransferOut o) {
                if (o.amount() + o.fee() > d) {
                    throw new RefusedException(RegisterCode.FUNDS_SHORT);
                }
                d -= o.amount() + o.fee();
                t += o.amount() + o.fee();
                items.put(id, new TransitItem(id, o.amount(), o.fee(), o.card(), NOW));
            } else if (operation instanceof RegisterOperation.TransferDone o) {
                TransitItem item = take(o.transferOut());
                x += item.amountMils();
                f += item.feeMils();
            } else if (operation instanceof RegisterOperation.TransferUndone o) {
                TransitItem item = take(o.transferOut());
                d += item.amountMils() + item.feeMils();
            }
            posted.put(id, operation);
            sequence++;
        }

        private TransitItem take(TransactionId id) throws RefusedException {
            TransitItem item = items.remove(id);
            if (item == null) {
                throw new RefusedException(RegisterCode.NOT_IN_TRANSIT);
            }
            t -= item.amountMils() + item.feeMils();
            return item;
        }

        private RegisterRecord record(TransactionId id, RegisterOperation operation) {
            return new RegisterRecord(id, operation.kind(), 0, 0, "", NOW, registers(), new byte[32], new byte[16]);
        }

        @Override
        public Registers registers() {
            return new Registers(
                    EUR, 0, d, x, t, 100_000, 0, 0, f, 0, 0, 1, sequence,
                    new RegisterLimits(0, 1_000, 1_000_000), MeterState.OPERATIONAL, "", Instant.EPOCH);
        }

        @Override
        public List<RegisterRecord> log(long fromSequence, int max) {
            return List.of();
        }

        @Override
        public Optional<RegisterRecord> find(TransactionId id) {
            return Optional.ofNullable(posted.get(id)).map(operation -> record(id, operation));
        }

        @Override
        public List<TransitItem> inTransit() {
            return List.copyOf(items.values());
        }

        @Override
        public long verify() {
            return sequence;
        }
    }

    private final class MemoryJournals implements Journals {
        @Override
        public Journal open(Path file) {
            return new MemoryJournal();
        }
    }

    private final class MemoryJournal implements Journal {
        private boolean broken;

        @Override
        public JournalRecord append(int type, byte[] payload) throws RefusedException {
            if (broken) {
                throw new RefusedException(JournalCode.CLOSED);
            }
            boolean hit = faults.hit();
            faults.cut(hit, Faults.Kind.CUT_BEFORE);
            if (hit && faults.kind == Faults.Kind.FAIL_BEFORE) {
                broken = true;
                throw new RefusedException(JournalCode.WRITE_FAILED);
            }
            journal.add(payload.clone());
            faults.cut(hit, Faults.Kind.CUT_AFTER);
            if (hit && faults.kind == Faults.Kind.FAIL_AFTER) {
                broken = true;
                throw new RefusedException(JournalCode.WRITE_FAILED);
            }
            return new JournalRecord(journal.size(), NOW, type, payload, new byte[32]);
        }

        @Override
        public List<JournalRecord> appendAll(int type, List<byte[]> payloads) {
            throw new UnsupportedOperationException();
        }

        @Override
        public long lastSequence() {
            return journal.size();
        }

        @Override
        public void replay(long fromSequence, Consumer<JournalRecord> sink) {
            for (int i = 0; i < journal.size(); i++) {
                sink.accept(new JournalRecord(i + 1, NOW, 1, journal.get(i), new byte[32]));
            }
        }

        @Override
        public long verify() {
            return journal.size();
        }

        @Override
        public void compact(int type, List<byte[]> payloads) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private static final class Identity implements MeterIdentity {
        @Override
        public DeviceId serial() {
            return SERIAL;
        }

        @Override
        public String profile() {
            return "psd";
        }

        @Override
        public String hardwareModel() {
            return "bench";
        }

        @Override
        public Currency currency() {
            return EUR;
        }
    }

    private final class Reader implements CardReaders {
        @Override
        public List<ReaderInfo> list() {
            return List.of();
        }

        @Override
        public CardClaim claim(String reader, Duration wait) {
            return new Claim();
        }
    }

    final class Claim implements CardClaim {
        @Override
        public String readerName() {
            return "bench/0";
        }

        @Override
        public byte[] atr() {
            return new byte[0];
        }

        @Override
        public byte[] transmit(byte[] command) {
            return new byte[] {(byte) 0x90, 0};
        }

        @Override
        public void close() {}
    }

    private final class Pursery implements Purses {
        @Override
        public PublicStatus select(CardChannel channel) {
            return new PublicStatus(1, PurseState.OPERATIONAL);
        }

        @Override
        public PurseSession openPaired(CardChannel channel, DeviceId meter, PairingBook book) throws RefusedException {
            Card card = inserted;
            if (card.secret == null) {
                throw new RefusedException(PurseCode.NOT_PAIRED);
            }
            for (PairingBook.Candidate candidate : book.find(handleOf(card.secret))) {
                byte[] secret = candidate.secret().expose(SecretAccess.insecureSecretAccess());
                candidate.secret().close();
                if (candidate.card().equals(card.id) && Arrays.equals(secret, card.secret)) {
                    return new Session(card, true, candidate.next());
                }
                throw new RefusedException(PurseCode.RECOGNITION_FAILED);
            }
            throw new RefusedException(PurseCode.NOT_PAIRED);
        }

        @Override
        public PurseSession openCertified(CardChannel channel, PeerCredentials self, LocalDate today) {
            return new Session(inserted, false, false);
        }

        @Override
        public Personalisation openPersonalisation(CardChannel channel, SecretBytes transportKey) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean shows(SecretBytes pairSecret, byte[] handle) {
            return Arrays.equals(handleOf(pairSecret.expose(SecretAccess.insecureSecretAccess())), handle);
        }
    }

    private final class Session implements PurseSession {
        private final Card card;
        private final boolean paired;
        private final boolean next;
        private boolean pin;
        private boolean dead;

        Session(Card card, boolean paired, boolean next) {
            this.card = card;
            this.paired = paired;
            this.next = next;
        }

        @Override
        public CardId card() {
            return card.id;
        }

        @Override
        public boolean paired() {
            return paired;
        }

        @Override
        public boolean appliedInDoubt() {
            return next;
        }

        @Override
        public byte[] routingTag() {
            return new byte[8];
        }

        @Override
        public PurseStatus status() {
            return new PurseStatus(
                    card.id, PurseState.OPERATIONAL, EUR, card.balance, 0, card.balance, 0, 1_000_000, 100_000, 3, 10, card.transfers, 0);
        }

        @Override
        public PairState pairState() {
            return new PairState(card.transfers, card.lastAmount, card.balance);
        }

        @Override
        public void verifyPin(char[] entered) throws RefusedException {
            if (!Arrays.equals(entered, "1234".toCharArray())) {
                throw new RefusedException(PurseCode.PIN_WRONG);
            }
            pin = true;
        }

        @Override
        public void changePin(char[] present, char[] wanted) {
            throw new UnsupportedOperationException();
        }

        @Override
        public LoadOrder prepareLoad(TransactionId transaction, Money amount, LocalDate day) {
            long number = card.transfers + 1;
            return new LoadOrder(transaction, amount, number, 1, number, SecretBytes.owning(World.next(card.secret, number)));
        }

        @Override
        public void load(LoadOrder order) throws RefusedException, UncertainException {
            if (dead || !pin) {
                throw new RefusedException(PurseCode.SESSION_DEAD);
            }
            boolean hit = faults.hit();
            faults.cut(hit, Faults.Kind.CUT_BEFORE);
            if (hit && faults.kind == Faults.Kind.FAIL_BEFORE) {
                dead = true;
                throw new UncertainException(PurseCode.REPLY_LOST, order.transaction(), "", null);
            }
            if (card.refuseLoads > 0) {
                card.refuseLoads--;
                dead = true;
                throw new RefusedException(PurseCode.BALANCE_MAX);
            }
            card.balance += order.amount().mils();
            card.lastAmount = order.amount().mils();
            card.transfers = order.transfers();
            card.secret = World.next(card.secret, order.transfers());
            faults.cut(hit, Faults.Kind.CUT_AFTER);
            if (hit && faults.kind == Faults.Kind.FAIL_AFTER) {
                dead = true;
                throw new UncertainException(PurseCode.REPLY_LOST, order.transaction(), "", null);
            }
        }

        @Override
        public byte[] debit(DebitOrder order) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<byte[]> proveDebit(long peerTransaction) {
            throw new UnsupportedOperationException();
        }

        @Override
        public Optional<byte[]> proveDebit(long peerTransaction, long cardTransactionBefore) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] undoDebit(long peerTransaction, TransactionId transaction) {
            throw new UnsupportedOperationException();
        }

        /** The bench's envelope is the secret itself. */
        @Override
        public byte[] apply(byte[] envelope) throws UncertainException {
            boolean hit = faults.hit();
            faults.cut(hit, Faults.Kind.CUT_BEFORE);
            if (hit && faults.kind == Faults.Kind.FAIL_BEFORE) {
                throw new UncertainException(PurseCode.REPLY_LOST, new TransactionId("0".repeat(32)), "", null);
            }
            boolean used = Arrays.equals(envelope, card.offered);
            if (!used) {
                card.secret = envelope.clone();
                card.offered = envelope.clone();
            }
            faults.cut(hit, Faults.Kind.CUT_AFTER);
            if (hit && faults.kind == Faults.Kind.FAIL_AFTER) {
                throw new UncertainException(PurseCode.REPLY_LOST, new TransactionId("0".repeat(32)), "", null);
            }
            byte[] receipt = new byte[47];
            receipt[0] = (byte) 0xB1;
            receipt[1] = 1;
            receipt[2] = (byte) (used ? 2 : 1);
            return receipt;
        }

        @Override
        public List<PurseLogEntry> log() {
            return List.of();
        }

        @Override
        public void close() {
            dead = true;
        }
    }
}
