// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.franking.api.FrankingService;
import org.porto.model.api.CardId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.DoubtReport;
import org.porto.protocol.tms.PairingGrant;
import org.porto.protocol.tms.RefusalAnswer;
import org.porto.protocol.tms.SyncAnswer;
import org.porto.protocol.tms.SyncRequest;
import org.porto.protocol.tms.TmsMessage;
import org.porto.recharge.api.RechargeCode;
import org.porto.recharge.api.RechargeQueue;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.Registers;
import org.porto.tms.api.SyncResult;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsCode;
import org.porto.transfer.api.PairingOrder;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferInfo;
import org.porto.transfer.api.TransferService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One session of rule S4. Each request reports the registers as they were at the last record that it carries, so that what the
 * host has booked and what it was told always belong together; the record of the inspection is uploaded within the session
 * that made it. Not thread-safe.
 */
final class Synchronisation {

    private static final Logger LOG = LoggerFactory.getLogger(Synchronisation.class);
    private static final int RECEIPTS_MAX = 1000;
    private static final int IN_DOUBT_MAX = 1000;
    private static final int SPARE_ROUNDS = 20;

    private final SessionLog log;
    private final Talk talk;
    private final TmsChannel channel;
    private final RegisterVault vault;
    private final RechargeQueue queue;
    private final FrankingService franking;
    private final TransferService transfers;
    private final CryptoService crypto;
    private final Ids ids;
    private final Supplier<Map<String, String>> versions;

    Synchronisation(
            SessionLog log,
            Talk talk,
            TmsChannel channel,
            RegisterVault vault,
            RechargeQueue queue,
            FrankingService franking,
            TransferService transfers,
            CryptoService crypto,
            Ids ids,
            Supplier<Map<String, String>> versions) {
        this.log = log;
        this.talk = talk;
        this.channel = channel;
        this.vault = vault;
        this.queue = queue;
        this.franking = franking;
        this.transfers = transfers;
        this.crypto = crypto;
        this.ids = ids;
        this.versions = versions;
    }

    SyncResult run() throws RefusedException, UncertainException {
        int uploaded = 0;
        int receipts = 0;
        int settled = 0;
        boolean inspected = false;
        long roundsLeft = SPARE_ROUNDS + 2 * (vault.registers().sequence() / SyncRequest.RECORDS_MAX);
        while (true) {
            if (roundsLeft-- == 0) {
                throw new RefusedException(TmsCode.ANSWER_WRONG, "host does not take what is uploaded");
            }
            Upload upload = upload();
            SyncAnswer answer = answer(upload.request());
            uploaded += advance(upload.request(), answer);
            int taken = acknowledge(upload.request(), answer.acknowledgedReceipts());
            receipts += taken;
            settled += settle(answer.settlements());
            boolean booked = log.acknowledged() >= vault.registers().sequence();
            if (booked && !inspected) {
                vault.post(
                        ids.inspected(answer.inspectionDeadlineMillis()),
                        new RegisterOperation.Inspected(Instant.ofEpochMilli(answer.inspectionDeadlineMillis())));
                inspected = true;
                booked = log.acknowledged() >= vault.registers().sequence();
            }
            if (booked && !(upload.moreReceipts() && taken > 0)) {
                return finish(answer, uploaded, receipts, settled);
            }
        }
    }

    private record Upload(SyncRequest request, boolean moreReceipts) {}

    private Upload upload() throws RefusedException {
        Registers registers = vault.registers();
        List<RegisterRecord> records =
                log.acknowledged() >= registers.sequence() ? List.of() : vault.log(log.acknowledged() + 1, SyncRequest.RECORDS_MAX);
        if (!records.isEmpty()) {
            registers = records.get(records.size() - 1).after();
        }
        List<byte[]> applied = queue.unacknowledgedReceipts(RECEIPTS_MAX);
        List<byte[]> allPaid = franking.unacknowledgedReceipts();
        List<byte[]> paid = allPaid.subList(0, Math.min(RECEIPTS_MAX, allPaid.size()));
        SyncRequest request = new SyncRequest(
                HexFormat.of().formatHex(crypto.random(16)),
                Reports.registers(registers),
                records.stream().map(Reports::record).toList(),
                applied,
                List.copyOf(paid),
                doubts(),
                versions.get(),
                queue.listVersion());
        return new Upload(request, applied.size() == RECEIPTS_MAX || paid.size() < allPaid.size());
    }

    /** What only the card or the data centre can end, and of what the data centre ended the newest. */
    private List<DoubtReport> doubts() throws RefusedException {
        List<DoubtReport> all = new ArrayList<>();
        for (TransferInfo info : transfers.inDoubt()) {
            if (info.block() == TransferBlock.IN_DOUBT && all.size() < IN_DOUBT_MAX) {
                all.add(Reports.doubt(info));
            }
        }
        List<TransferInfo> settled = transfers.settled();
        for (int at = settled.size() - 1; at >= 0 && all.size() < IN_DOUBT_MAX; at--) {
            all.add(Reports.doubt(settled.get(at)));
        }
        return all;
    }

    /**
     * One order that is not obeyed now holds up nothing: the host sends it again at every session while it is open.
     *
     * @return how many were obeyed
     */
    private int settle(List<byte[]> orders) {
        int obeyed = 0;
        for (byte[] order : orders) {
            try {
                transfers.settle(order);
                obeyed++;
            } catch (RefusedException | UncertainException e) {
                LOG.warn("settlement order not obeyed: {}", e.getMessage());
            }
        }
        return obeyed;
    }

    private SyncAnswer answer(SyncRequest request) throws RefusedException, UncertainException {
        TmsMessage message = talk.ask(request);
        if (message instanceof RefusalAnswer refusal) {
            throw RefusedException.relayed(refusal.code(), refusal.message());
        }
        if (!(message instanceof SyncAnswer answer)
                || answer.acknowledgedReceipts() == null
                || answer.pairings() == null
                || answer.settlements() == null
                || answer.settlements().contains(null)
                || answer.acknowledgedSequence() < 0) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "not an answer to a session");
        }
        if (answer.acknowledgedSequence() > request.registers().sequence()) {
            throw new RefusedException(
                    TmsCode.ANSWER_WRONG,
                    "host has booked record " + answer.acknowledgedSequence() + ", this meter is at "
                            + request.registers().sequence());
        }
        return answer;
    }

    /** @return how many of the uploaded records are booked */
    private int advance(SyncRequest request, SyncAnswer answer) throws RefusedException {
        long before = request.records().isEmpty()
                ? answer.acknowledgedSequence()
                : request.records().get(0).sequence() - 1;
        // Lower than before is possible once: a host that came back from a backup asks for the records again.
        log.acknowledged(answer.acknowledgedSequence());
        return (int) Math.max(0, answer.acknowledgedSequence() - before);
    }

    private int acknowledge(SyncRequest request, Collection<String> held) throws RefusedException {
        Set<String> digests = new HashSet<>(held);
        List<String> applied = sent(request.applyReceipts(), digests);
        List<String> paid = sent(request.debitReceipts(), digests);
        if (!applied.isEmpty()) {
            queue.acknowledgeReceipts(applied);
        }
        if (!paid.isEmpty()) {
            franking.acknowledgeReceipts(paid);
        }
        return applied.size() + paid.size();
    }

    private List<String> sent(List<byte[]> receipts, Set<String> held) {
        List<String> both = new ArrayList<>();
        for (byte[] receipt : receipts) {
            String digest = HexFormat.of().formatHex(crypto.sha256(receipt));
            if (held.contains(digest)) {
                both.add(digest);
            }
        }
        return both;
    }

    private SyncResult finish(SyncAnswer answer, int uploaded, int receipts, int settled)
            throws RefusedException, UncertainException {
        pair(answer.pairings());
        channel.refreshKeys(answer.keysNumber());
        if (answer.listVersion() > queue.listVersion()) {
            takeList();
        }
        return new SyncResult(uploaded, receipts, answer.pairings().size(), queue.listVersion(), queue.size(), settled);
    }

    private void pair(List<PairingGrant> grants) throws RefusedException {
        List<PairingOrder> orders = new ArrayList<>();
        try {
            for (PairingGrant grant : grants) {
                if (grant.secret() == null
                        || grant.secret().length != 16
                        || grant.routingTag() == null
                        || grant.routingTag().length != 8
                        || grant.cardEnvelope() == null
                        || grant.transferMilsMax() < 0) {
                    throw new RefusedException(TmsCode.ANSWER_WRONG, "pairing with card " + grant.card());
                }
                orders.add(new PairingOrder(
                        CardId.parse(grant.card()),
                        grant.routingTag(),
                        SecretBytes.owning(grant.secret()),
                        grant.transferMilsMax(),
                        grant.cardEnvelope()));
            }
            transfers.pairings(orders);
        } finally {
            orders.forEach(order -> order.firstSecret().close());
        }
    }

    /** A delta that does not fit is no loss: a snapshot always does. */
    private void takeList() throws RefusedException {
        try {
            queue.accept(channel.fetchList(queue.listVersion()), channel.listKey());
        } catch (RefusedException e) {
            if (queue.listVersion() == 0 || !e.code().equals(RechargeCode.LIST_OLD.code())) {
                throw e;
            }
            queue.accept(channel.fetchList(0), channel.listKey());
        }
    }
}
