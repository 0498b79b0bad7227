// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.porto.crypto.api.EcEncodings;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.DebitReceipt;
import org.porto.protocol.card.Signed;
import org.porto.protocol.tms.SettlementOrder;
import org.porto.settlement.api.Doubt;
import org.porto.settlement.api.DoubtEvidence;
import org.porto.settlement.api.DoubtState;
import org.porto.settlement.api.ReportedDoubt;
import org.porto.settlement.core.internal.ProofDesk;
import org.porto.transfer.api.TransferBlock;
import org.porto.transfer.api.TransferCode;
import org.porto.transfer.api.TransferInfo;

/**
 * Where transfers end whose card does not come back (rule T7): the product's desk, receipts of the cards that prove, an operator who orders
 * as soon as it is allowed and now and then what is not, and somebody who offers old and forged orders.
 */
final class Office {

    private static final Duration WAIT = Duration.ofHours(12);

    private final World world;
    private final Refunds refunds = new Refunds();
    private final ProofDesk desk;
    /** Orders that were given to any meter. */
    private final List<byte[]> given = new ArrayList<>();

    Office(World world) throws RefusedException {
        this.world = world;
        desk = new ProofDesk(new ProofDesk.Parts(new Disk(), refunds, world.centre.datacentreKey()::sign, world, WAIT));
    }

    /** What customers have again. */
    long refunded() {
        return refunds.mils();
    }

    /** What was ordered as done and may, or does, lack on its card. */
    long owed() throws RefusedException {
        long owed = 0;
        for (Doubt doubt : desk.doubts()) {
            owed += switch (doubt.state()) {
                case ORDERED_DONE, SETTLED_DONE, REFUND_DUE, REFUNDED -> doubt.amountMils();
                default -> 0;
            };
        }
        return owed;
    }

    void restart() throws RefusedException {
        desk.restart();
    }

    /** A receipt for an order that the card obeyed. */
    void applied(Purse card, byte[] encoded) throws RefusedException {
        try {
            Signed signed = Signed.split(encoded, ApplyReceipt.BYTES);
            ApplyReceipt receipt = ApplyReceipt.parse(signed.body());
            if (receipt.result() == ApplyReceipt.APPLIED) {
                used(card, signed, receipt.cardTransaction());
            }
        } catch (CardRecordException e) {
            throw new AssertionError(e);
        }
    }

    private void debited(byte[] encoded) throws RefusedException {
        try {
            Signed signed = Signed.split(encoded, DebitReceipt.BYTES);
            DebitReceipt receipt = DebitReceipt.parse(signed.body());
            for (Purse card : world.cards) {
                if (Arrays.equals(card.id.bytes(), receipt.cardId())) {
                    used(card, signed, receipt.cardTransaction());
                }
            }
        } catch (CardRecordException e) {
            throw new AssertionError(e);
        }
    }

    private void used(Purse card, Signed signed, long number) throws RefusedException {
        Judge.require(
                world.crypto.verify(
                        EcEncodings.publicKey(card.point), EcEncodings.rawSignature(signed.signature()), signed.body()),
                "a receipt that card " + card.id + " did not sign");
        desk.used(card.id, number, TransactionId.of(Arrays.copyOf(world.crypto.sha256(signed.body()), TransactionId.BYTES)));
    }

    /** A session of a meter with the data centre: it reports, then obeys what is ordered. @return how many orders were obeyed */
    int session(Meter meter) throws RefusedException, UncertainException {
        List<ReportedDoubt> told = new ArrayList<>();
        meter.service().inDoubt().forEach(info -> told.add(report(info)));
        meter.service().settled().forEach(info -> told.add(report(info)));
        desk.reported(meter.serial, told);
        int obeyed = 0;
        for (byte[] order : desk.orders(meter.serial)) {
            given.add(order);
            try {
                meter.service().settle(order);
                obeyed++;
            } catch (RefusedException e) {
                Judge.require(e.code().equals(TransferCode.ORDER_LATE.code()), "an order was refused: " + e);
            }
        }
        return obeyed;
    }

    /** As the meter's client and the data centre's host translate it. */
    private static ReportedDoubt report(TransferInfo info) {
        Judge.require(info.block() != TransferBlock.CONTRADICTED, "settled as undone and on the card: " + info);
        DoubtState state = switch (info.block()) {
            case SETTLED_DONE -> DoubtState.SETTLED_DONE;
            case SETTLED_UNDONE -> DoubtState.SETTLED_UNDONE;
            case NOT_ON_CARD -> DoubtState.REFUND_DUE;
            case DONE, UNDONE -> DoubtState.AGREED;
            default -> DoubtState.IN_DOUBT;
        };
        return new ReportedDoubt(
                info.transaction(), info.card(), info.amountMils(), info.feeMils(), info.cardTransaction(), info.since(), state);
    }

    /** The operator goes through what is in doubt. @return what was ordered as done, as undone */
    int[] decide(SplittableRandom random) throws RefusedException {
        int[] ordered = new int[2];
        if (desk.doubts().stream().noneMatch(doubt -> doubt.state() == DoubtState.IN_DOUBT)) {
            return ordered;
        }
        for (Point point : world.points) {
            for (byte[] receipt : point.receipts()) {
                debited(receipt);
            }
        }
        for (Doubt doubt : desk.doubts()) {
            if (doubt.state() != DoubtState.IN_DOUBT) {
                continue;
            }
            boolean done = doubt.evidence() != DoubtEvidence.NOT_ON_CARD;
            boolean otherwise = random.nextInt(4) == 0;
            try {
                desk.settle(doubt.transaction(), done ^ otherwise);
                Judge.require(!otherwise, "settled against the proof or without: " + doubt);
                ordered[done ? 0 : 1]++;
            } catch (RefusedException e) {
                continue; // too young, or not what is proven
            }
        }
        return ordered;
    }

    /** An order from before, to any meter; or one for what is in doubt that the data centre did not sign. */
    void stray(Meter meter, SplittableRandom random) throws PortoException {
        List<TransferInfo> doubts = meter.service().inDoubt();
        byte[] order;
        if (given.isEmpty() || !doubts.isEmpty() && random.nextBoolean()) {
            if (doubts.isEmpty()) {
                return;
            }
            order = forged(meter, doubts.get(random.nextInt(doubts.size())), 1 + random.nextInt(2));
        } else {
            order = given.get(random.nextInt(given.size()));
        }
        try {
            meter.service().settle(order);
        } catch (RefusedException e) {
            return; // unknown there, ended otherwise, or not signed
        }
        Judge.require(given.stream().anyMatch(known -> Arrays.equals(known, order)), "a forged order was obeyed");
    }

    private byte[] forged(Meter meter, TransferInfo info, int outcome) {
        byte[] body = new SettlementOrder(
                        outcome,
                        meter.serial.value(),
                        info.transaction().bytes(),
                        info.card().bytes(),
                        info.amountMils(),
                        info.feeMils(),
                        World.CHF.getNumericCode(),
                        Instant.EPOCH,
                        Arrays.copyOf("forged".getBytes(StandardCharsets.US_ASCII), 32))
                .encoded();
        byte[] signature = world.centre.stranger().sign(body);
        byte[] order = Arrays.copyOf(body, body.length + signature.length);
        System.arraycopy(signature, 0, order, body.length, signature.length);
        return order;
    }

    /** All is quiet, and each card was met: nothing waits any more. */
    void checkSettled(String name) throws RefusedException {
        for (Doubt doubt : desk.doubts()) {
            Judge.require(doubt.state().end(), name + ": " + doubt);
        }
    }
}
