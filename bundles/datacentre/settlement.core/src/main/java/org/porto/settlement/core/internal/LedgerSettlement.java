// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.crypto.api.CertificateRole;
import org.porto.issuer.api.DeviceInfo;
import org.porto.issuer.api.Issuer;
import org.porto.journal.api.JournalCode;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.Posting;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.CardCertificate;
import org.porto.settlement.api.BatchResult;
import org.porto.settlement.api.Doubt;
import org.porto.settlement.api.FloatReport;
import org.porto.settlement.api.MeterRecord;
import org.porto.settlement.api.ReportedDoubt;
import org.porto.settlement.api.Settlement;
import org.porto.settlement.api.SettlementCode;

/** Settlement over the ledger (rules L2, L3, M1). One act at a time. */
@Component(name = "org.porto.settlement.core", service = Settlement.class, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = SettlementConfig.class)
public final class LedgerSettlement implements Settlement {

    private static final String METER_PREFIX = "float:meter:";
    private static final String HOST_KEY = "datacentre";
    private static final long WAIT_HOURS_MAX = 24L * 3660;
    private static final String CARD_PREFIX = "float:card:";

    private final Ledger ledger;
    private final Issuer issuer;
    private final Memory memory;
    private final DoubtDesk doubts;
    private final Receipts receipts;
    private final MeterBook meterBook;
    private final MerchantBook merchantBook;

    @Activate
    public LedgerSettlement(
            SettlementConfig config,
            @Reference Ledger ledger,
            @Reference Issuer issuer,
            @Reference Journals journals,
            @Reference KeyService keys,
            @Reference InstantSource clock)
            throws RefusedException {
        this(
                Path.of(config.directory()),
                ledger,
                issuer,
                journals,
                body -> keys.signingKey(HOST_KEY).sign(body),
                clock,
                waitOf(config.settle_wait_hours()));
    }

    private static Duration waitOf(long hours) {
        if (hours < 0 || hours > WAIT_HOURS_MAX) {
            throw new IllegalArgumentException("settle.wait.hours is 0 to " + WAIT_HOURS_MAX);
        }
        return Duration.ofHours(hours);
    }

    LedgerSettlement(
            Path directory,
            Ledger ledger,
            Issuer issuer,
            Journals journals,
            DoubtDesk.Signer signer,
            InstantSource clock,
            Duration settleWait)
            throws RefusedException {
        this.ledger = ledger;
        this.issuer = issuer;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new RefusedException(JournalCode.WRITE_FAILED, directory.toString(), e);
        }
        this.memory = new Memory(journals, directory);
        this.doubts = new DoubtDesk(new DoubtStore(journals, directory), ledger, signer, clock, settleWait);
        this.receipts = new Receipts(issuer, doubts::used);
        this.meterBook = new MeterBook(ledger, memory);
        this.merchantBook = new MerchantBook(ledger, memory, receipts);
    }

    @Deactivate
    synchronized void close() {
        try {
            doubts.close();
        } finally {
            memory.close();
        }
    }

    @Override
    public synchronized String refill(DeviceId meter, long refillNumber, TransactionId transaction, Money amount)
            throws RefusedException {
        DeviceInfo info = device(meter, CertificateRole.METER);
        String deposit = AccountNames.deposit(info.customer());
        String own = AccountNames.meterFloat(meter);
        Posting posting = new Posting(transaction, deposit, own, amount, "refill", meter + " refill " + refillNumber);
        if (ledger.find(transaction).isEmpty()) {
            Account account = ledger.account(deposit)
                    .orElseThrow(() -> new RefusedException(LedgerCode.FUNDS_SHORT, "nothing was ever deposited on " + deposit));
            if (account.availableMils() < amount.mils()) {
                throw new RefusedException(LedgerCode.FUNDS_SHORT, deposit);
            }
            ledger.open(own, AccountKind.LIABILITY, amount.currency());
            // Before the booking: the float report counts it only once the ledger has it.
            memory.refill(meter, new Memory.Refill(transaction, refillNumber, amount.mils()));
        }
        return Long.toString(ledger.post(List.of(posting)).get(0).number());
    }

    @Override
    public synchronized long book(DeviceId meter, List<MeterRecord> records) throws RefusedException {
        return meterBook.book(device(meter, CertificateRole.METER), records);
    }

    @Override
    public synchronized void report(DeviceId meter, long sequence, long descendingMils, long inTransitMils)
            throws RefusedException {
        device(meter, CertificateRole.METER);
        if (sequence < 0 || descendingMils < 0 || inTransitMils < 0) {
            throw new RefusedException(SettlementCode.RECORD_WRONG, "negative register");
        }
        Memory.Report fresh = new Memory.Report(sequence, descendingMils, inTransitMils);
        Memory.Report before = memory.meter(meter).report;
        if (before == null || (sequence >= before.sequence() && !fresh.equals(before))) {
            memory.report(meter, fresh);
        }
    }

    @Override
    public synchronized void cardPaid(DeviceId meter, byte[] receipt) throws RefusedException {
        device(meter, CertificateRole.METER);
        Receipts.Proven proven = receipts.prove(receipt, CardCertificate.ROLE_METER, meter);
        String card = AccountNames.cardFloat(proven.card());
        String own = AccountNames.meterFloat(meter);
        ledger.open(card, AccountKind.LIABILITY, proven.amount().currency());
        ledger.open(own, AccountKind.LIABILITY, proven.amount().currency());
        Posting posting = new Posting(
                proven.id(),
                proven.undo() ? own : card,
                proven.undo() ? card : own,
                proven.amount(),
                proven.undo() ? "card-paid-undone" : "card-paid",
                meter + " card transaction " + proven.cardTransaction());
        try {
            ledger.post(List.of(posting));
        } catch (RefusedException e) {
            if (e.code().equals(LedgerCode.FUNDS_SHORT.code())) {
                throw new RefusedException(SettlementCode.SHADOW_SHORT, "card " + proven.card(), e);
            }
            throw e;
        }
    }

    @Override
    public synchronized BatchResult batch(DeviceId merchant, long batchNumber, List<byte[]> encoded, long totalMils)
            throws RefusedException {
        device(merchant, CertificateRole.MERCHANT);
        try {
            return merchantBook.batch(merchant, batchNumber, encoded, totalMils);
        } finally {
            doubts.flush();
        }
    }

    @Override
    public synchronized void inDoubt(DeviceId meter, List<ReportedDoubt> reports) throws RefusedException {
        doubts.reported(device(meter, CertificateRole.METER), reports);
    }

    @Override
    public synchronized void applied(byte[] receipt) throws RefusedException {
        receipts.applied(receipt);
        doubts.flush();
    }

    @Override
    public synchronized List<Doubt> doubts() throws RefusedException {
        return doubts.doubts();
    }

    @Override
    public synchronized Doubt settle(TransactionId transfer, boolean done, String reason) throws RefusedException {
        return doubts.settle(transfer, done, reason);
    }

    @Override
    public synchronized List<byte[]> orders(DeviceId meter) throws RefusedException {
        return doubts.orders(meter);
    }

    @Override
    public synchronized byte[] order(TransactionId transfer) throws RefusedException {
        return doubts.order(transfer);
    }

    @Override
    public synchronized FloatReport floatReport() throws RefusedException {
        long metersLedger = 0;
        long cards = 0;
        long transit = 0;
        boolean holds = true;
        boolean allCurrent = true;
        long metersReported = 0;
        long transitReported = 0;
        Set<DeviceId> withMoney = new TreeSet<>();
        for (Account account : ledger.accounts()) {
            if (account.name().startsWith(METER_PREFIX)) {
                metersLedger = Math.addExact(metersLedger, account.postedMils());
                withMoney.add(DeviceId.parse(account.name().substring(METER_PREFIX.length())));
            } else if (account.name().startsWith(CARD_PREFIX)) {
                cards = Math.addExact(cards, account.postedMils());
            } else if (account.name().equals(AccountNames.IN_TRANSIT)) {
                transit = account.postedMils();
            }
        }
        withMoney.addAll(memory.meters().keySet());
        for (DeviceId id : withMoney) {
            Memory.Meter meter = memory.meter(id);
            if (meter.report == null || meter.report.sequence() != meter.last) {
                allCurrent = false;
            } else {
                long owed = ledger.account(AccountNames.meterFloat(id)).map(Account::postedMils).orElse(0L);
                holds &= Math.subtractExact(owed, onTheWay(meter)) == meter.report.descending();
            }
            if (meter.report != null) {
                metersReported = Math.addExact(metersReported, meter.report.descending());
                transitReported = Math.addExact(transitReported, meter.report.inTransit());
            }
        }
        holds &= !allCurrent || transit == transitReported;
        return new FloatReport(metersLedger, metersReported, transit, transitReported, cards, holds);
    }

    /** Refills booked here whose record has not come yet. */
    private long onTheWay(Memory.Meter meter) throws RefusedException {
        long sum = 0;
        for (Map.Entry<TransactionId, Memory.Refill> one : meter.refills.entrySet()) {
            if (ledger.find(one.getKey()).isPresent()) {
                sum = Math.addExact(sum, one.getValue().mils());
            }
        }
        return sum;
    }

    private DeviceInfo device(DeviceId device, CertificateRole role) throws RefusedException {
        DeviceInfo info = issuer.device(device)
                .orElseThrow(() -> new RefusedException(SettlementCode.DEVICE_NOT_ALLOWED, device.value()));
        if (info.role() != role || info.state().equals("revoked")) {
            throw new RefusedException(SettlementCode.DEVICE_NOT_ALLOWED, device + " is " + info.state() + " " + info.role());
        }
        return info;
    }
}
