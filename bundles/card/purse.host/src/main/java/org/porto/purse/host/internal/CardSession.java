// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.DebitReceipt;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.LoadOrder;
import org.porto.purse.api.PairState;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseLogEntry;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseState;
import org.porto.purse.api.PurseStatus;

/** A session over a {@link Link}. Everything that the card says is checked before it is believed. */
final class CardSession implements PurseSession {

    static final int INS_CERTIFICATE = 0xCA;
    private static final int INS_VERIFY = 0x20;
    private static final int INS_CHANGE = 0x24;
    private static final int INS_STATUS = 0xF2;
    private static final int INS_PAIR_STATE = 0xF4;
    private static final int INS_LOG = 0xB2;
    private static final int INS_LOAD = 0x40;
    private static final int INS_DEBIT = 0x54;
    private static final int INS_PROVE = 0x56;
    private static final int INS_UNDO = 0x58;
    private static final int INS_APPLY = 0x5A;
    private static final int INS_SHOW_KEY = 0xD8;
    private static final int LOG_LINES = 10;
    static final int STATUS_BYTES = 69;
    private static final int POINT_BYTES = 65;
    private static final int FRESH_BYTES = 16;
    private static final byte[] NOTHING = new byte[0];
    private static final long NUMBER_MAX = 0xFFFFFFFFL;
    /** By number; of several with the same one the first by code. */
    private static final Map<Integer, Currency> CURRENCIES = Currency.getAvailableCurrencies().stream()
            .collect(Collectors.toUnmodifiableMap(
                    Currency::getNumericCode,
                    currency -> currency,
                    (a, b) -> a.getCurrencyCode().compareTo(b.getCurrencyCode()) < 0 ? a : b));
    private static final List<String> KINDS = List.of("load", "recharge", "burn", "debit", "undo");

    private final CryptoService crypto;
    private final Link link;
    /** Set when paired. */
    private final Optional<DeviceId> meter;
    private final boolean appliedInDoubt;
    /** Set when certified. */
    private final Optional<CardCertificate> self;
    private SymmetricKey pairKey;
    private CardId card;
    private CardKey cardKey;
    /** As the card said it when it was recognised by certificates. */
    private Optional<PurseStatus> opening = Optional.empty();
    /** As the card said it with its pair state. */
    private Optional<PurseStatus> pairStatus = Optional.empty();
    private long pairAmountMilsMax;
    private long pairMovedMils;
    /** As the card showed it with its pair state, for the next load. */
    private byte[] cardPoint = NOTHING;
    /** What both agree over for the load that is prepared, and the point that the card needs for it; empty when there is none. */
    private byte[] fresh = NOTHING;
    private byte[] freshPoint = NOTHING;

    private CardSession(
            CryptoService crypto,
            Link link,
            Optional<DeviceId> meter,
            SymmetricKey pairKey,
            boolean appliedInDoubt,
            Optional<CardCertificate> self) {
        this.crypto = crypto;
        this.link = link;
        this.meter = meter;
        this.pairKey = pairKey;
        this.appliedInDoubt = appliedInDoubt;
        this.self = self;
    }

    /** @param pairKey becomes the session's, closed with it */
    static CardSession paired(
            CryptoService crypto, Link link, DeviceId meter, SymmetricKey pairKey, boolean inDoubt, CardId expected) {
        CardSession session = new CardSession(crypto, link, Optional.of(meter), pairKey, inDoubt, Optional.empty());
        session.card = expected; // who has the pair's secret is that card; whatever it tells names it again
        return session;
    }

    static CardSession certified(
            CryptoService crypto, Link link, CardKey cardKey, CardCertificate self, PurseStatus opening) {
        CardSession session = new CardSession(crypto, link, Optional.empty(), null, false, Optional.of(self));
        session.cardKey = cardKey;
        session.card = CardId.of(cardKey.certificate().subject()); // it has shown the certificate's key in this session
        session.opening = Optional.of(opening);
        return session;
    }

    /** For tests. */
    Link link() {
        return link;
    }

    @Override
    public CardId card() {
        return card;
    }

    @Override
    public boolean paired() {
        return meter.isPresent();
    }

    @Override
    public boolean appliedInDoubt() {
        return appliedInDoubt;
    }

    @Override
    public byte[] routingTag() throws RefusedException {
        return key().routingTag(crypto);
    }

    /** In a paired session the secret vouches for the certificate. */
    private CardKey key() throws RefusedException {
        if (cardKey == null) {
            CardKey shown = CardKey.parse(read(INS_CERTIFICATE, NOTHING).data());
            if (!Arrays.equals(shown.certificate().subject(), card.bytes())) {
                throw lied("certificate is of another card");
            }
            cardKey = shown;
        }
        return cardKey;
    }

    @Override
    public PurseStatus status() throws RefusedException {
        Answer answer = read(INS_STATUS, NOTHING);
        try {
            return status(answer.exactly(STATUS_BYTES));
        } catch (RefusedException e) {
            link.kill();
            throw e;
        }
    }

    @Override
    public PurseStatus statusAtOpening() throws RefusedException {
        return opening.isPresent() ? opening.get() : status();
    }

    private PurseStatus status(ByteBuffer in) throws RefusedException {
        PurseStatus status = told(in);
        if (!status.card().equals(card)) {
            throw new RefusedException(PurseCode.PROTOCOL, "status is of another card");
        }
        return status;
    }

    /** A status with something behind it. */
    static PurseStatus status(byte[] said) throws RefusedException {
        if (said.length <= STATUS_BYTES) {
            throw new RefusedException(PurseCode.PROTOCOL, "status of " + said.length + " bytes");
        }
        return told(ByteBuffer.wrap(said));
    }

    private static PurseStatus told(ByteBuffer in) throws RefusedException {
        CardId shown = CardId.of(Answer.bytes(in, 8));
        int state = in.get();
        if (state < 0 || state >= PurseState.values().length) {
            throw new RefusedException(PurseCode.PROTOCOL, "status is of no state");
        }
        PurseStatus status = new PurseStatus(
                shown,
                PurseState.values()[state],
                currency(in.getShort() & 0xFFFF),
                Answer.amount(in),
                Answer.amount(in),
                Answer.amount(in),
                Answer.amount(in),
                Answer.amount(in),
                Answer.amount(in),
                in.get(),
                in.get(),
                Answer.number(in),
                Answer.number(in));
        // Sc = recharged + burned, recharged is never negative: Dc + Ac - Lc >= 0.
        try {
            if (status.controlSum() < 0 || status.rechargedTotal() < 0) {
                throw new RefusedException(PurseCode.PROTOCOL, "registers do not balance");
            }
        } catch (ArithmeticException e) {
            throw new RefusedException(PurseCode.PROTOCOL, "registers out of range", e);
        }
        return status;
    }

    private static Currency currency(int numeric) throws RefusedException {
        Currency currency = CURRENCIES.get(numeric);
        if (currency == null) {
            throw new RefusedException(PurseCode.PROTOCOL, "no currency " + numeric);
        }
        return currency;
    }

    @Override
    public PairState pairState() throws RefusedException {
        Answer answer = read(INS_PAIR_STATE, NOTHING);
        try {
            ByteBuffer in = answer.exactly(STATUS_BYTES + 28 + POINT_BYTES);
            pairStatus = Optional.of(status(in));
            PairState state = new PairState(Answer.number(in), Answer.amount(in), Answer.amount(in));
            pairMovedMils = state.movedMils();
            pairAmountMilsMax = Answer.amount(in);
            cardPoint = Answer.bytes(in, POINT_BYTES);
            return state;
        } catch (RefusedException e) {
            link.kill();
            throw e;
        }
    }

    @Override
    public void verifyPin(char[] pin) throws RefusedException {
        byte[] data = Pins.encoded(pin);
        try {
            read(INS_VERIFY, data);
        } finally {
            Arrays.fill(data, (byte) 0);
        }
    }

    @Override
    public void changePin(char[] present, char[] wanted) throws RefusedException {
        byte[] old = Pins.encoded(present);
        byte[] fresh = Pins.encoded(wanted);
        byte[] data = Arrays.copyOf(old, 2 * Pins.BYTES);
        System.arraycopy(fresh, 0, data, Pins.BYTES, Pins.BYTES);
        try {
            read(INS_CHANGE, data);
        } finally {
            Arrays.fill(old, (byte) 0);
            Arrays.fill(fresh, (byte) 0);
            Arrays.fill(data, (byte) 0);
        }
    }

    private DeviceId meter() throws RefusedException {
        return meter.orElseThrow(() -> new RefusedException(PurseCode.NOT_PAIRED, "this session is by certificates"));
    }

    private CardCertificate self() throws RefusedException {
        return self.orElseThrow(() -> new RefusedException(PurseCode.STATE_FORBIDS, "this session is not by certificates"));
    }

    @Override
    public LoadOrder prepareLoad(TransactionId transaction, Money amount, LocalDate day) throws RefusedException {
        meter();
        PairState state = pairState();
        PurseStatus status = pairStatus.orElseThrow();
        if (status.state() != PurseState.OPERATIONAL) {
            throw new RefusedException(PurseCode.CARD_BLOCKED);
        }
        if (!status.currency().equals(amount.currency())) {
            throw new RefusedException(PurseCode.CURRENCY_WRONG, "card has " + status.currency());
        }
        if (amount.isZero() || amount.mils() > Math.min(status.transactionMax(), pairAmountMilsMax)) {
            throw new RefusedException(PurseCode.AMOUNT_LIMIT);
        }
        if (amount.mils() > status.balanceMax() - status.balance()) {
            throw new RefusedException(PurseCode.BALANCE_MAX);
        }
        if (status.cardTransaction() >= NUMBER_MAX || state.transfers() >= NUMBER_MAX) {
            throw new RefusedException(PurseCode.COUNTER_END);
        }
        int days = CardDays.of(day);
        Personality after = personality(
                amount.mils(), state.movedMils(), days, state.transfers() + 1, status.cardTransaction() + 1);
        agree();
        return new LoadOrder(
                transaction, amount, after.transfers(), days, after.cardTransaction(), after.nextSecret(pairKey, fresh));
    }

    /** Rule T4: the next secret comes of the present one and of an agreement that ends with this session. */
    private void agree() throws RefusedException {
        forget();
        try (ExportableSigningKey own = crypto.generateSigningKey();
                SymmetricKey root = Agreement.root(crypto, own, cardPoint);
                SecretBytes agreed = root.derive("PORTO-FRSH", NOTHING, FRESH_BYTES)) {
            fresh = agreed.expose(SecretAccess.insecureSecretAccess());
            freshPoint = EcEncodings.point(own.publicKey());
        }
    }

    private void forget() {
        Arrays.fill(fresh, (byte) 0);
        fresh = NOTHING;
        freshPoint = NOTHING;
    }

    private Personality personality(long amountMils, long movedBefore, int day, long transfers, long cardTransaction)
            throws RefusedException {
        try {
            long moved = Math.addExact(movedBefore, amountMils);
            return new Personality(card, meter(), amountMils, moved, day, transfers, cardTransaction);
        } catch (ArithmeticException e) {
            throw new RefusedException(PurseCode.COUNTER_END, "total moved would be out of range", e);
        }
    }

    @Override
    public void load(LoadOrder order) throws RefusedException, UncertainException {
        meter();
        if (fresh.length == 0) {
            throw new RefusedException(PurseCode.STATE_FORBIDS, "no load is prepared in this session");
        }
        Personality after = personality(
                order.amount().mils(), pairMovedMils, order.day(), order.transfers(), order.cardTransaction());
        byte[] data = ByteBuffer.allocate(20 + POINT_BYTES)
                .putLong(order.amount().mils())
                .putInt((int) order.transfers())
                .putShort((short) order.day())
                .putInt((int) order.cardTransaction())
                .putShort((short) order.amount().currency().getNumericCode())
                .put(freshPoint)
                .array();
        Answer answer = change(INS_LOAD, data, order.transaction());
        if (!answer.ok()) {
            throw StatusWords.refusal(answer.status());
        }
        if (answer.data().length != 32) {
            throw uncertain(order.transaction(), "receipt has " + answer.data().length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(answer.data());
        long balance = in.getLong();
        long moved = in.getLong();
        if (moved != after.movedMils() || !after.receiptIsRight(pairKey, balance, Answer.bytes(in, 16))) {
            throw uncertain(order.transaction(), "receipt of the load is wrong");
        }
        try (SymmetricKey old = pairKey;
                SecretBytes next = after.nextSecret(old, fresh)) {
            pairKey = crypto.symmetricKey(next);
        }
        forget(); // the card's half is used up as well
    }

    @Override
    public byte[] debit(DebitOrder order) throws RefusedException, UncertainException {
        CardCertificate peer = self();
        requireNumber(order.peerTransaction());
        byte[] data = ByteBuffer.allocate(16)
                .putLong(order.amount().mils())
                .putInt((int) order.peerTransaction())
                .putShort((short) order.day())
                .putShort((short) order.amount().currency().getNumericCode())
                .array();
        Answer answer = change(INS_DEBIT, data, order.transaction());
        if (!answer.ok()) {
            throw StatusWords.refusal(answer.status());
        }
        Optional<DebitReceipt> receipt = debitReceipt(answer.data(), peer, order.peerTransaction());
        boolean right = receipt.filter(r -> r.kind() == DebitReceipt.DEBIT
                        && r.amountMils() == order.amount().mils()
                        && r.day() == order.day()
                        && r.currencyNumeric() == order.amount().currency().getNumericCode())
                .isPresent();
        if (!right) {
            throw uncertain(order.transaction(), "receipt of the debit is wrong");
        }
        return answer.data();
    }

    private static void requireNumber(long peerTransaction) {
        if (peerTransaction < 1 || peerTransaction >= NUMBER_MAX) {
            throw new IllegalArgumentException("peer transaction " + peerTransaction);
        }
    }

    /** The receipt, when it is this card's for this peer and number. */
    private Optional<DebitReceipt> debitReceipt(byte[] encoded, CardCertificate peer, long peerTransaction) {
        try {
            Signed signed = Signed.split(encoded, DebitReceipt.BYTES);
            DebitReceipt receipt = DebitReceipt.parse(signed.body());
            boolean right = cardKey.verifies(crypto, signed.signature(), signed.body())
                    && Arrays.equals(receipt.cardId(), card.bytes())
                    && receipt.peerRole() == peer.role()
                    && Arrays.equals(receipt.peerId(), peer.subject())
                    && receipt.peerTransaction() == peerTransaction
                    && receipt.amountMils() > 0
                    && receipt.balanceMils() >= 0
                    && receipt.spentMils() >= 0;
            return right ? Optional.of(receipt) : Optional.empty();
        } catch (CardRecordException e) {
            return Optional.empty();
        }
    }

    @Override
    public Optional<byte[]> proveDebit(long peerTransaction) throws RefusedException {
        return proveDebit(peerTransaction, 0);
    }

    @Override
    public Optional<byte[]> proveDebit(long peerTransaction, long cardTransactionBefore) throws RefusedException {
        CardCertificate peer = self();
        requireNumber(peerTransaction);
        byte[] data = ByteBuffer.allocate(8)
                .putInt((int) peerTransaction)
                .putInt((int) cardTransactionBefore)
                .array();
        Answer answer = ask(INS_PROVE, 0, 0, data);
        if (answer.status() == StatusWords.RECORD_ABSENT) {
            return Optional.empty();
        }
        if (!answer.ok()) {
            throw StatusWords.refusal(answer.status());
        }
        if (debitReceipt(answer.data(), peer, peerTransaction).isEmpty()) {
            throw lied("receipt is wrong");
        }
        return Optional.of(answer.data());
    }

    @Override
    public byte[] undoDebit(long peerTransaction, TransactionId transaction) throws RefusedException, UncertainException {
        CardCertificate peer = self();
        requireNumber(peerTransaction);
        Answer answer = change(INS_UNDO, ByteBuffer.allocate(4).putInt((int) peerTransaction).array(), transaction);
        if (answer.status() == StatusWords.RECORD_ABSENT || answer.status() == StatusWords.CONDITIONS) {
            throw new RefusedException(PurseCode.STATE_FORBIDS, "that debit is not the card's last change of value");
        }
        if (!answer.ok()) {
            throw StatusWords.refusal(answer.status());
        }
        boolean right = debitReceipt(answer.data(), peer, peerTransaction)
                .filter(r -> r.kind() == DebitReceipt.UNDO)
                .isPresent();
        if (!right) {
            throw uncertain(transaction, "receipt of the undoing is wrong");
        }
        return answer.data();
    }

    @Override
    public byte[] apply(byte[] envelope) throws RefusedException, UncertainException {
        if (envelope.length == 0 || envelope.length > Link.PLAIN_BYTES_MAX) {
            throw new RefusedException(PurseCode.ORDER_UNREADABLE, "envelope of " + envelope.length + " bytes");
        }
        CardKey verifier = key();
        // An envelope has no id that a station can read; its hash names it.
        TransactionId transaction = TransactionId.of(Arrays.copyOf(crypto.sha256(envelope), TransactionId.BYTES));
        Answer answer = change(INS_APPLY, envelope, transaction);
        if (!answer.ok()) {
            throw StatusWords.order(answer.status());
        }
        try {
            Signed signed = Signed.split(answer.data(), ApplyReceipt.BYTES);
            ApplyReceipt receipt = ApplyReceipt.parse(signed.body());
            if (verifier.verifies(crypto, signed.signature(), signed.body())
                    && Arrays.equals(receipt.cardId(), card.bytes())
                    && receipt.result() >= ApplyReceipt.APPLIED
                    && receipt.result() <= ApplyReceipt.WRONG_CURRENCY) {
                return answer.data();
            }
        } catch (CardRecordException e) {
            throw uncertain(transaction, "receipt of the order cannot be read: " + e.getMessage());
        }
        throw uncertain(transaction, "receipt of the order is wrong");
    }

    @Override
    public void showKey(byte[] publicKey) throws RefusedException {
        read(INS_SHOW_KEY, EcEncodings.point(publicKey));
    }

    @Override
    public List<PurseLogEntry> log() throws RefusedException {
        List<PurseLogEntry> lines = new ArrayList<>();
        for (int log = 0; log <= 1; log++) {
            for (int age = 0; age < LOG_LINES; age++) {
                Answer answer = ask(INS_LOG, log, age, NOTHING);
                if (answer.status() == StatusWords.RECORD_ABSENT) {
                    break;
                }
                if (!answer.ok()) {
                    throw StatusWords.refusal(answer.status());
                }
                lines.add(line(answer));
            }
        }
        lines.sort(Comparator.comparingLong(PurseLogEntry::cardTransaction).reversed());
        return List.copyOf(lines);
    }

    private PurseLogEntry line(Answer answer) throws RefusedException {
        try {
            ByteBuffer in = answer.exactly(45);
            int kind = in.get();
            int role = in.get();
            if (kind < 1 || kind > KINDS.size()) {
                throw new RefusedException(PurseCode.PROTOCOL, "log line of kind " + kind);
            }
            long amount = Answer.amount(in);
            long balance = Answer.amount(in);
            Answer.amount(in);
            LocalDate day = CardDays.date(in.getShort() & 0xFFFF);
            byte[] peer = Answer.bytes(in, 8);
            String name = role == 0
                    ? HexFormat.of().formatHex(peer)
                    : new String(peer, StandardCharsets.US_ASCII).replaceAll("[^A-Z0-9]", "?");
            return new PurseLogEntry(
                    KINDS.get(kind - 1), amount, balance, day, name, Answer.number(in), Answer.number(in), in.get() & 0xFF);
        } catch (RefusedException e) {
            link.kill();
            throw e;
        }
    }

    // Exchanges

    /** A command whose only good answer is 9000 and that may be repeated. */
    private Answer read(int ins, byte[] data) throws RefusedException {
        Answer answer = ask(ins, 0, 0, data);
        if (!answer.ok()) {
            throw StatusWords.refusal(answer.status());
        }
        return answer;
    }

    private Answer ask(int ins, int p1, int p2, byte[] data) throws RefusedException {
        try {
            return link.exchange(ins, p1, p2, data);
        } catch (LinkLostException e) {
            throw new RefusedException(e.code(), e.getMessage(), e);
        }
    }

    /** A command that moves value: without an answer that can be believed, its outcome is unknown. */
    private Answer change(int ins, byte[] data, TransactionId transaction) throws RefusedException, UncertainException {
        try {
            return link.exchange(ins, 0, 0, data);
        } catch (LinkLostException e) {
            throw new UncertainException(PurseCode.REPLY_LOST, transaction, e.getMessage(), e);
        }
    }

    private UncertainException uncertain(TransactionId transaction, String detail) {
        link.kill();
        return new UncertainException(PurseCode.REPLY_LOST, transaction, detail, null);
    }

    private RefusedException lied(String detail) {
        link.kill();
        return new RefusedException(PurseCode.PROTOCOL, detail);
    }

    @Override
    public void close() {
        forget();
        link.close();
        if (pairKey != null) {
            pairKey.close();
        }
    }
}
