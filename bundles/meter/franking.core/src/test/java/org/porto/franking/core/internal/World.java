// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.core.internal;

import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.porto.card.api.CardChannel;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.crypto.api.SecretBytes;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.PaymentSource;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumSigner;
import org.porto.indicium.api.SignedIndicium;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.print.api.PrintCode;
import org.porto.print.api.PrinterInfo;
import org.porto.print.api.Printers;
import org.porto.print.spi.PrintPage;
import org.porto.protocol.card.CardDays;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.PurseCode;
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
import org.porto.tms.api.TmsChannel;

/**
 * All around the engine, in memory: what would be durable stays over a crash. Every outward call passes the fuse before and
 * after its effect; a blown fuse is the crash.
 */
final class World {

    static final Currency EURO = Currency.getInstance("EUR");
    static final DeviceId SERIAL = new DeviceId("PM000001");
    static final String CARD = "00000000000000C1";
    static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    /** The power is gone. */
    static final class Crash extends Error {
        private static final long serialVersionUID = 1L;
    }

    int steps;
    int blowAt = Integer.MAX_VALUE;
    boolean printerJams;
    boolean printerHangs;
    boolean cardLost;
    boolean cardLostBeforeDebit;
    boolean vaultLocked;
    boolean journalFails;
    String cardInReader = CARD;

    long refilled = 100_000;
    long cardBalance = 50_000;
    final List<RegisterRecord> records = new ArrayList<>();
    final Map<Path, List<JournalRecord>> files = new LinkedHashMap<>();
    final List<String> sheets = new ArrayList<>();
    final List<String> jobs = new ArrayList<>();
    final Map<Long, byte[]> cardDebits = new LinkedHashMap<>();
    long cardHighest;
    long cardTransaction = 500;

    void step() {
        if (++steps == blowAt) {
            throw new Crash();
        }
    }

    FrankingEngine engine() throws RefusedException {
        return new FrankingEngine(
                new MemoryJournals(),
                Path.of("/franking.journal"),
                new MemoryVault(),
                new Signer(),
                new Paper(),
                new Meter(),
                new CardDesk(new Readers(), new Purse(), stub(TmsChannel.class), stub(KeyService.class)),
                new PageLayout("Town", "Advert"),
                () -> NOW,
                ZoneOffset.UTC);
    }

    static FrankRequest request(int number, long mils, PaymentSource source) {
        byte[] id = ByteBuffer.allocate(16).putInt(12, number).array();
        return new FrankRequest(TransactionId.of(id), Money.ofMils(mils, EURO), "letter-1oz", "Somebody", source, "", "");
    }

    long ascending() {
        return records.stream().mapToLong(RegisterRecord::amountMils).sum();
    }

    long takings() {
        return records.stream().filter(r -> r.kind().equals("frank-by-card")).mapToLong(RegisterRecord::amountMils).sum();
    }

    private static <T> T stub(Class<T> type) {
        return type.cast(java.lang.reflect.Proxy.newProxyInstance(
                World.class.getClassLoader(),
                new Class<?>[] {type},
                (proxy, method, arguments) -> {
                    if (method.isDefault()) {
                        return java.lang.reflect.InvocationHandler.invokeDefault(proxy, method, arguments);
                    }
                    return method.getReturnType() == byte[].class ? new byte[0] : null;
                }));
    }

    private final class MemoryJournals implements Journals {
        @Override
        public Journal open(Path file) {
            List<JournalRecord> records = files.computeIfAbsent(file, f -> new ArrayList<>());
            return new Journal() {
                @Override
                public JournalRecord append(int type, byte[] payload) throws RefusedException {
                    step();
                    if (journalFails) {
                        throw new RefusedException(org.porto.journal.api.JournalCode.WRITE_FAILED);
                    }
                    JournalRecord record = new JournalRecord(records.size() + 1, NOW, type, payload, new byte[32]);
                    records.add(record);
                    step();
                    return record;
                }

                @Override
                public List<JournalRecord> appendAll(int type, List<byte[]> payloads) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public long lastSequence() {
                    return records.size();
                }

                @Override
                public void replay(long from, Consumer<JournalRecord> sink) {
                    records.stream().filter(r -> r.sequence() >= from).forEach(sink);
                }

                @Override
                public long verify() {
                    return records.size();
                }

                @Override
                public void compact(int type, List<byte[]> payloads) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public void close() {}
            };
        }
    }

    private final class MemoryVault implements RegisterVault {
        @Override
        public RegisterRecord post(TransactionId id, RegisterOperation operation) throws RefusedException {
            step();
            Optional<RegisterRecord> known = find(id);
            if (known.isPresent()) {
                if (!known.get().kind().equals(operation.kind())) {
                    throw new RefusedException(RegisterCode.ID_TAKEN);
                }
                return known.get();
            }
            if (vaultLocked) {
                throw new RefusedException(RegisterCode.STATE_FORBIDS);
            }
            boolean card = operation instanceof RegisterOperation.FrankByCard;
            long amount = card
                    ? ((RegisterOperation.FrankByCard) operation).amount()
                    : ((RegisterOperation.Frank) operation).amount();
            Registers before = registers();
            if (!card && before.descending() < amount) {
                throw new RefusedException(RegisterCode.FUNDS_SHORT);
            }
            Registers after = state(records.size() + 1, ascending() + amount, takings() + (card ? amount : 0));
            RegisterRecord record = new RegisterRecord(id, operation.kind(), amount, 0, "", NOW, after, new byte[32], new byte[16]);
            records.add(record);
            step();
            return record;
        }

        private Registers state(long sequence, long ascending, long takings) {
            return new Registers(
                    EURO, ascending, refilled + takings - ascending, 0, 0, refilled, takings, 0, 0, sequence, 0, 1, sequence,
                    new RegisterLimits(0, 20_000, 1_000_000), MeterState.OPERATIONAL, "", NOW.plus(Duration.ofDays(9)));
        }

        @Override
        public Registers registers() {
            return state(records.size(), ascending(), takings());
        }

        @Override
        public List<RegisterRecord> log(long from, int max) {
            return records.stream().filter(r -> r.sequence() >= from).limit(max).toList();
        }

        @Override
        public Optional<RegisterRecord> find(TransactionId id) {
            return records.stream().filter(r -> r.transaction().equals(id)).findFirst();
        }

        @Override
        public List<TransitItem> inTransit() {
            return List.of();
        }

        @Override
        public long verify() {
            return records.size();
        }
    }

    private final class Signer implements IndiciumSigner {
        @Override
        public List<String> profiles() {
            return List.of("full-1");
        }

        @Override
        public SignedIndicium sign(String profile, IndiciumData data) {
            step();
            return new SignedIndicium("full-1", data, ByteBuffer.allocate(8).putLong(data.pieceCount()).array(), 2, 2, new BitSet());
        }
    }

    private final class Paper implements Printers {
        @Override
        public List<PrinterInfo> list() {
            return List.of(choose(""));
        }

        @Override
        public PrinterInfo choose(String printer) {
            return new PrinterInfo("file", "file", "1", true, 0, "ready", List.of(), Optional.empty(), List.of());
        }

        @Override
        public List<String> print(String printer, TransactionId transaction, PrintPage page)
                throws RefusedException, UncertainException {
            step();
            if (printerJams) {
                throw new RefusedException(PrintCode.MEDIUM_FAILED, "jam");
            }
            sheets.add(transaction.value());
            jobs.add(page.jobId());
            if (printerHangs) {
                throw new UncertainException(PrintCode.OUTCOME_UNKNOWN, transaction, "hangs", null);
            }
            step();
            return List.of(page.jobId() + ".pdf");
        }
    }

    private static final class Meter implements MeterIdentity {
        @Override
        public DeviceId serial() {
            return SERIAL;
        }

        @Override
        public String profile() {
            return "meter";
        }

        @Override
        public String hardwareModel() {
            return "bench";
        }

        @Override
        public Currency currency() {
            return EURO;
        }
    }

    private static final class Readers implements CardReaders {
        @Override
        public List<ReaderInfo> list() {
            return List.of();
        }

        @Override
        public CardClaim claim(String reader, Duration wait) {
            return stub(CardClaim.class);
        }
    }

    private final class Purse implements Purses {
        @Override
        public org.porto.purse.api.PublicStatus select(CardChannel channel) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PurseSession openPaired(CardChannel channel, DeviceId meter, org.porto.purse.api.PairingBook book) {
            throw new UnsupportedOperationException();
        }

        @Override
        public org.porto.purse.api.Personalisation openPersonalisation(CardChannel channel, SecretBytes key) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean shows(SecretBytes secret, byte[] handle) {
            throw new UnsupportedOperationException();
        }

        @Override
        public PurseSession openCertified(CardChannel channel, org.porto.purse.api.PeerCredentials self, LocalDate today) {
            step();
            return (PurseSession) java.lang.reflect.Proxy.newProxyInstance(
                    World.class.getClassLoader(), new Class<?>[] {PurseSession.class}, (proxy, method, arguments) -> {
                        switch (method.getName()) {
                            case "card":
                                return new org.porto.model.api.CardId(cardInReader);
                            case "debit":
                                return debit((DebitOrder) arguments[0]);
                            case "status", "statusAtOpening":
                                step();
                                return new PurseStatus(
                                        new org.porto.model.api.CardId(cardInReader),
                                        PurseState.OPERATIONAL,
                                        Currency.getInstance("EUR"),
                                        cardBalance,
                                        0,
                                        0,
                                        0,
                                        1_000_000,
                                        1_000_000,
                                        3,
                                        10,
                                        cardTransaction,
                                        0);
                            case "proveDebit":
                                step();
                                return prove((Long) arguments[0], (Long) arguments[1]);
                            case "close":
                                return null;
                            default:
                                throw new UnsupportedOperationException(method.getName());
                        }
                    });
        }

        /** The card's log has ten debits: it proves nothing about what may have left it. */
        private Optional<byte[]> prove(long number, long cardTransactionBefore) throws RefusedException {
            cardHighest = Math.max(cardHighest, number);
            byte[] receipt = cardDebits.get(number);
            if (receipt == null && cardTransaction > cardTransactionBefore + 10) {
                throw new RefusedException(PurseCode.LOG_SHORT);
            }
            return Optional.ofNullable(receipt);
        }

        private byte[] debit(DebitOrder order) throws RefusedException, UncertainException {
            step();
            if (cardLostBeforeDebit) {
                throw new UncertainException(PurseCode.REPLY_LOST, order.transaction(), "", null);
            }
            if (order.peerTransaction() <= cardHighest) {
                throw new AssertionError("peer transaction number does not rise");
            }
            cardHighest = order.peerTransaction();
            if (order.amount().mils() > cardBalance) {
                throw new RefusedException(PurseCode.FUNDS_SHORT);
            }
            cardTransaction++;
            cardBalance -= order.amount().mils();
            byte[] receipt = ByteBuffer.allocate(56 + 64)
                    .put((byte) 0xB2)
                    .put((byte) 1)
                    .put((byte) 1)
                    .put(new org.porto.model.api.CardId(cardInReader).bytes())
                    .put((byte) 2)
                    .put(SERIAL.bytes())
                    .putInt((int) order.peerTransaction())
                    .putInt(1)
                    .putShort((short) CardDays.of(LocalDate.of(2026, 11, 22)))
                    .putShort((short) 978)
                    .putLong(order.amount().mils())
                    .putLong(cardBalance)
                    .putLong(0)
                    .array();
            cardDebits.put(order.peerTransaction(), receipt);
            step();
            if (cardLost) {
                throw new UncertainException(PurseCode.REPLY_LOST, order.transaction(), "", null);
            }
            return receipt;
        }
    }
}
