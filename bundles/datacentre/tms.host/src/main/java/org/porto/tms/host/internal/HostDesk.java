// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.host.internal;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.porto.authorisation.api.Authorisations;
import org.porto.crypto.api.CertificateRole;
import org.porto.crypto.api.CertificateService;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretAccess;
import org.porto.issuer.api.CardKeys;
import org.porto.issuer.api.DeviceInfo;
import org.porto.issuer.api.Enrolment;
import org.porto.issuer.api.Issuer;
import org.porto.issuer.api.PairingInfo;
import org.porto.keys.api.KeyService;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.Ledger;
import org.porto.message.api.MessageSecurity;
import org.porto.message.api.OpenedMessage;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.DebitReceipt;
import org.porto.protocol.tms.BatchAnswer;
import org.porto.protocol.tms.BatchRequest;
import org.porto.protocol.tms.DoubtReport;
import org.porto.protocol.tms.EnrolAnswer;
import org.porto.protocol.tms.EnrolRequest;
import org.porto.protocol.tms.KeysAnswer;
import org.porto.protocol.tms.KeysRequest;
import org.porto.protocol.tms.PairingGrant;
import org.porto.protocol.tms.RecordReport;
import org.porto.protocol.tms.RefillRequest;
import org.porto.protocol.tms.RefusalAnswer;
import org.porto.protocol.tms.SyncAnswer;
import org.porto.protocol.tms.SyncRequest;
import org.porto.protocol.tms.TmsCodec;
import org.porto.protocol.tms.TmsMessage;
import org.porto.settlement.api.BatchResult;
import org.porto.settlement.api.DoubtState;
import org.porto.settlement.api.MeterRecord;
import org.porto.settlement.api.ReportedDoubt;
import org.porto.settlement.api.Settlement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One sealed message in, one sealed message out; knows nothing of HTTP. Thread-safe. Answers are repeatable, so nothing is kept
 * about nonces: a replayed request brings the answer it brought before, sealed to the device that first asked.
 */
final class HostDesk {

    private static final Logger LOG = LoggerFactory.getLogger(HostDesk.class);
    static final String DEVICE_KEY = "datacentre";
    static final int RECEIPTS_MAX = 20_000;

    private final MessageSecurity messages;
    private final KeyService keys;
    private final CryptoService crypto;
    private final CertificateService certificates;
    private final Issuer issuer;
    private final CardKeys cardKeys;
    private final Authorisations authorisations;
    private final Settlement settlement;
    private final Ledger ledger;
    private final Refills refills;
    private final Limits limits;
    private final InstantSource time;

    HostDesk(
            MessageSecurity messages,
            KeyService keys,
            CryptoService crypto,
            CertificateService certificates,
            Issuer issuer,
            CardKeys cardKeys,
            Authorisations authorisations,
            Settlement settlement,
            Ledger ledger,
            Refills refills,
            Limits limits,
            InstantSource time) {
        this.messages = messages;
        this.keys = keys;
        this.crypto = crypto;
        this.certificates = certificates;
        this.issuer = issuer;
        this.cardKeys = cardKeys;
        this.authorisations = authorisations;
        this.settlement = settlement;
        this.ledger = ledger;
        this.refills = refills;
        this.limits = limits;
        this.time = time;
    }

    /**
     * @throws RefusedException when the message cannot even be read: there is nobody to answer to
     * @throws UncertainException when there is no answer yet: the device repeats its request
     */
    byte[] handle(byte[] sealed) throws RefusedException, UncertainException {
        OpenedMessage opened = messages.open(keys.signingKey(DEVICE_KEY), sealed);
        if (!opened.type().equals(TmsCodec.REQUEST_TYPE)) {
            throw new RefusedException(TmsHostCode.MESSAGE_MALFORMED, "type of the message");
        }
        TmsMessage request;
        try {
            request = TmsCodec.decode(opened.payload());
        } catch (IOException e) {
            throw new RefusedException(TmsHostCode.MESSAGE_MALFORMED, "payload", e);
        }
        TmsMessage answer;
        try {
            answer = answer(request, opened.senderCertificate());
        } catch (RefusedException e) {
            LOG.info("refused {}: {}", request.getClass().getSimpleName(), e.getMessage());
            answer = new RefusalAnswer(request.nonce(), e.code(), e.getMessage());
        }
        return messages.seal(
                keys.signingKey(DEVICE_KEY),
                issuer.datacentreCertificate(),
                opened.senderCertificate(),
                TmsCodec.ANSWER_TYPE,
                TmsCodec.encode(answer));
    }

    byte[] list(long since) throws RefusedException {
        return authorisations.list(since);
    }

    private TmsMessage answer(TmsMessage request, byte[] sender) throws RefusedException, UncertainException {
        if (request instanceof EnrolRequest enrol) {
            return enrol(enrol, sender);
        }
        if (request instanceof RefillRequest refill) {
            return refills.refill(device(sender, CertificateRole.METER), refill);
        }
        if (request instanceof SyncRequest sync) {
            return sync(sync, issuer.authenticate(sender));
        }
        if (request instanceof BatchRequest batch) {
            return batch(batch, device(sender, CertificateRole.MERCHANT));
        }
        if (request instanceof KeysRequest keys) {
            DeviceInfo device = issuer.authenticate(sender);
            return new KeysAnswer(keys.nonce(), cardKeys.set(), cardKeys.certificates(device.device()));
        }
        throw new RefusedException(TmsHostCode.MESSAGE_MALFORMED, "not a request");
    }

    private DeviceInfo device(byte[] sender, CertificateRole role) throws RefusedException {
        DeviceInfo device = issuer.authenticate(sender);
        if (device.role() != role) {
            throw new RefusedException(TmsHostCode.ROLE_WRONG, device.device() + " is a " + device.role());
        }
        return device;
    }

    private EnrolAnswer enrol(EnrolRequest request, byte[] sender) throws RefusedException {
        if (request.device() == null || request.publicKey() == null || request.enrolmentCode() == null) {
            throw new RefusedException(TmsHostCode.FIELD_WRONG, "field is missing");
        }
        CertificateRole role = role(request.role());
        if (!Arrays.equals(certificates.read(sender).publicKey(), request.publicKey())) {
            throw new RefusedException(TmsHostCode.KEY_MISMATCH, "");
        }
        Enrolment enrolment =
                issuer.enrol(DeviceId.parse(request.device()), role, request.enrolmentCode(), request.publicKey());
        DeviceInfo device = enrolment.device();
        if (device.role() == CertificateRole.METER) {
            ledger.open(AccountNames.meterFloat(device.device()), AccountKind.LIABILITY, limits.currency());
        } else {
            ledger.open(AccountNames.merchant(device.device()), AccountKind.LIABILITY, limits.currency());
        }
        return new EnrolAnswer(
                request.nonce(),
                enrolment.certificate(),
                enrolment.cardCertificate(),
                enrolment.issuerCertificate(),
                enrolment.listKey(),
                device.customer().value(),
                limits.currency().getCurrencyCode(),
                limits.itemMilsMin(),
                limits.itemMilsMax(),
                limits.balanceMilsMax(),
                inspectionDeadline());
    }

    private static CertificateRole role(String name) throws RefusedException {
        if (CertificateRole.METER.name().equals(name)) {
            return CertificateRole.METER;
        }
        if (CertificateRole.MERCHANT.name().equals(name)) {
            return CertificateRole.MERCHANT;
        }
        throw new RefusedException(TmsHostCode.FIELD_WRONG, "role");
    }

    private SyncAnswer sync(SyncRequest request, DeviceInfo device) throws RefusedException {
        check(request, device);
        DeviceId id = device.device();
        if (request.registers() != null) {
            refills.observe(id, request.registers());
            ledger.open(AccountNames.meterFloat(id), AccountKind.LIABILITY, limits.currency());
        }
        List<String> held = new ArrayList<>();
        for (byte[] receipt : request.applyReceipts()) {
            take(receipt, id, ApplyReceipt.BYTES, this::applied, held);
        }
        for (byte[] receipt : request.debitReceipts()) {
            take(receipt, id, DebitReceipt.BYTES, one -> settlement.cardPaid(id, one), held);
        }
        long acknowledged = 0;
        if (request.registers() != null) {
            acknowledged = settlement.book(id, records(request.records()));
            settlement.report(
                    id,
                    request.registers().sequence(),
                    request.registers().descending(),
                    request.registers().inTransit());
            settlement.inDoubt(id, doubts(request.inDoubt()));
        }
        return new SyncAnswer(
                request.nonce(),
                acknowledged,
                held,
                inspectionDeadline(),
                device.role() == CertificateRole.METER ? grants(id) : List.of(),
                authorisations.listVersion(),
                cardKeys.setNumber(),
                request.registers() == null ? List.of() : settlement.orders(id));
    }

    /** A recharge or burn that a card has applied is also evidence of what it did not do instead. */
    private void applied(byte[] receipt) throws RefusedException {
        authorisations.receipt(receipt);
        try {
            ApplyReceipt said = ApplyReceipt.parse(Arrays.copyOf(receipt, Math.min(receipt.length, ApplyReceipt.BYTES)));
            if (said.result() == ApplyReceipt.APPLIED
                    && authorisations.find(TransactionId.of(said.authorisationId())).isPresent()) {
                settlement.applied(receipt);
            }
        } catch (CardRecordException e) {
            LOG.warn("receipt that was taken is no evidence: {}", e.getMessage());
        }
    }

    private static List<ReportedDoubt> doubts(List<DoubtReport> reports) throws RefusedException {
        List<ReportedDoubt> doubts = new ArrayList<>(reports.size());
        for (DoubtReport report : reports) {
            if (report == null || report.transaction() == null || report.card() == null || report.state() == null) {
                throw new RefusedException(TmsHostCode.FIELD_WRONG, "transfer in doubt");
            }
            doubts.add(new ReportedDoubt(
                    TransactionId.parse(report.transaction()),
                    CardId.parse(report.card()),
                    report.amountMils(),
                    report.feeMils(),
                    report.cardTransaction(),
                    Instant.ofEpochMilli(report.sinceMillis()),
                    state(report.state())));
        }
        return doubts;
    }

    private static DoubtState state(String told) throws RefusedException {
        return switch (told) {
            case DoubtReport.IN_DOUBT -> DoubtState.IN_DOUBT;
            case DoubtReport.SETTLED_DONE -> DoubtState.SETTLED_DONE;
            case DoubtReport.SETTLED_UNDONE -> DoubtState.SETTLED_UNDONE;
            case DoubtReport.AGREED -> DoubtState.AGREED;
            case DoubtReport.NOT_ON_CARD -> DoubtState.REFUND_DUE;
            case DoubtReport.CONTRADICTED -> DoubtState.CONTRADICTED;
            default -> throw new RefusedException(TmsHostCode.FIELD_WRONG, "state of a transfer in doubt");
        };
    }

    private void check(SyncRequest request, DeviceInfo device) throws RefusedException {
        if (request.records() == null
                || request.applyReceipts() == null
                || request.debitReceipts() == null
                || request.inDoubt() == null) {
            throw new RefusedException(TmsHostCode.FIELD_WRONG, "list is missing");
        }
        boolean meter = device.role() == CertificateRole.METER;
        boolean registers = request.registers() != null;
        if (meter != registers || (!meter && !(request.records().isEmpty() && request.debitReceipts().isEmpty()))) {
            throw new RefusedException(TmsHostCode.ROLE_WRONG, "registers come from meters, and only from them");
        }
        if (request.records().size() > SyncRequest.RECORDS_MAX
                || request.applyReceipts().size() > RECEIPTS_MAX
                || request.debitReceipts().size() > RECEIPTS_MAX) {
            throw new RefusedException(TmsHostCode.FIELD_WRONG, "too many records or receipts");
        }
        if (registers && (request.registers().sequence() < 0
                || !limits.currency().getCurrencyCode().equals(request.registers().currency()))) {
            throw new RefusedException(TmsHostCode.FIELD_WRONG, "registers");
        }
    }

    private interface Taker {
        void take(byte[] receipt) throws RefusedException;
    }

    /** A receipt that is refused is just not acknowledged: the device keeps it, the log has the code. */
    private void take(byte[] receipt, DeviceId device, int bodyBytes, Taker taker, List<String> held)
            throws RefusedException {
        if (receipt == null) {
            throw new RefusedException(TmsHostCode.FIELD_WRONG, "receipt is missing");
        }
        try {
            openCardFloat(receipt, bodyBytes);
            taker.take(receipt);
            held.add(HexFormat.of().formatHex(crypto.sha256(receipt)));
        } catch (RefusedException e) {
            LOG.warn("receipt from {} not taken: {}", device, e.getMessage());
        }
    }

    /** Both kinds of receipt carry the card id at byte 3; a card that is not ours is for the taker to refuse. */
    private void openCardFloat(byte[] receipt, int bodyBytes) throws RefusedException {
        if (receipt.length > bodyBytes) {
            CardId card = CardId.of(Arrays.copyOfRange(receipt, 3, 3 + CardId.BYTES));
            var known = issuer.card(card);
            if (known.isPresent()) {
                ledger.open(
                        AccountNames.cardFloat(card),
                        AccountKind.LIABILITY,
                        java.util.Currency.getInstance(known.get().currency()));
            }
        }
    }

    private static List<MeterRecord> records(List<RecordReport> reports) throws RefusedException {
        List<MeterRecord> records = new ArrayList<>(reports.size());
        for (RecordReport report : reports) {
            if (report == null
                    || report.kind() == null
                    || report.transaction() == null
                    || report.reference() == null
                    || report.hash() == null
                    || report.amountMils() < 0
                    || report.feeMils() < 0) {
                throw new RefusedException(TmsHostCode.FIELD_WRONG, "register record");
            }
            records.add(new MeterRecord(
                    report.sequence(),
                    report.kind(),
                    report.transaction(),
                    report.amountMils(),
                    report.feeMils(),
                    report.reference(),
                    report.hash()));
        }
        return records;
    }

    private List<PairingGrant> grants(DeviceId meter) throws RefusedException {
        List<PairingInfo> pairings = issuer.pairings(meter);
        try {
            List<PairingGrant> grants = new ArrayList<>(pairings.size());
            for (PairingInfo pairing : pairings) {
                byte[] tag = issuer.card(pairing.card())
                        .orElseThrow(() -> new RefusedException(TmsHostCode.SERVICE_FAILED, "card of a pairing"))
                        .routingTag();
                grants.add(new PairingGrant(
                        pairing.card().value(),
                        tag,
                        // raw bytes: the meter's half of the pairing travels sealed to that meter
                        pairing.firstSecret().expose(SecretAccess.insecureSecretAccess()),
                        pairing.transferMilsMax(),
                        pairing.cardEnvelope()));
            }
            return grants;
        } finally {
            pairings.forEach(pairing -> pairing.firstSecret().close());
        }
    }

    private BatchAnswer batch(BatchRequest request, DeviceInfo merchant) throws RefusedException {
        if (request.receipts() == null
                || request.receipts().size() > RECEIPTS_MAX
                || request.receipts().contains(null)
                || request.batchNumber() < 1
                || request.totalMils() < 0) {
            throw new RefusedException(TmsHostCode.FIELD_WRONG, "batch");
        }
        ledger.open(AccountNames.merchant(merchant.device()), AccountKind.LIABILITY, limits.currency());
        for (byte[] receipt : request.receipts()) {
            openCardFloat(receipt, DebitReceipt.BYTES);
        }
        BatchResult result = settlement.batch(
                merchant.device(), request.batchNumber(), request.receipts(), request.totalMils());
        return new BatchAnswer(
                request.nonce(), result.batchNumber(), result.accepted(), result.acceptedMils(), result.rejected());
    }

    private long inspectionDeadline() {
        return time.instant().plus(Duration.ofDays(limits.inspectionDays())).toEpochMilli();
    }
}
