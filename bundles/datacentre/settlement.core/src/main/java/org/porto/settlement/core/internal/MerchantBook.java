// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.DebitReceipt;
import org.porto.settlement.api.BatchResult;
import org.porto.settlement.api.SettlementCode;

/** Books batches of merchants (rule M1). Called under the lock of settlement. */
final class MerchantBook {

    private static final int RECEIPTS_MAX = 5_000;
    private static final int TRIES = 3;

    private final Ledger ledger;
    private final Memory memory;
    private final Receipts receipts;

    MerchantBook(Ledger ledger, Memory memory, Receipts receipts) {
        this.ledger = ledger;
        this.memory = memory;
        this.receipts = receipts;
    }

    BatchResult batch(DeviceId merchant, long number, List<byte[]> encoded, long totalMils) throws RefusedException {
        if (encoded.size() > RECEIPTS_MAX) {
            throw new RefusedException(SettlementCode.TOTAL_WRONG, encoded.size() + " receipts at once");
        }
        byte[] digest = digest(encoded, totalMils);
        Optional<Memory.Answer> before = memory.answer(merchant, number);
        if (before.isPresent()) {
            if (!Arrays.equals(before.get().digest(), digest)) {
                throw new RefusedException(SettlementCode.ID_TAKEN, "batch " + number);
            }
            return before.get().result();
        }
        if (total(encoded) != totalMils) {
            throw new RefusedException(SettlementCode.TOTAL_WRONG, "batch " + number);
        }
        BatchResult result = booked(merchant, number, encoded);
        memory.answered(merchant, number, new Memory.Answer(digest, result));
        return result;
    }

    private BatchResult booked(DeviceId merchant, long number, List<byte[]> encoded) throws RefusedException {
        RefusedException last = null;
        for (int attempt = 0; attempt < TRIES; attempt++) {
            Attempt one = new Attempt(merchant, number);
            for (byte[] receipt : encoded) {
                one.take(receipt);
            }
            try {
                if (!one.postings.isEmpty()) {
                    ledger.post(one.postings);
                }
                return new BatchResult(number, one.accepted, one.acceptedMils, one.rejected);
            } catch (RefusedException e) {
                if (!e.code().equals(LedgerCode.FUNDS_SHORT.code())) {
                    throw e;
                }
                // Somebody else took from a card between look and booking: look again.
                last = e;
            }
        }
        throw last;
    }

    private static byte[] digest(List<byte[]> encoded, long totalMils) {
        List<byte[]> parts = new ArrayList<>();
        parts.add(ByteBuffer.allocate(8).putLong(totalMils).array());
        for (byte[] one : encoded) {
            parts.add(Digest.sha256(one));
        }
        return Digest.sha256(parts.toArray(byte[][]::new));
    }

    /** Of all that have the form of a receipt: what the merchant added up. An undo counts against. */
    private static long total(List<byte[]> encoded) throws RefusedException {
        long sum = 0;
        for (byte[] one : encoded) {
            if (one.length >= DebitReceipt.BYTES) {
                try {
                    long amount = ByteBuffer.wrap(one).getLong(32);
                    sum = one[2] == DebitReceipt.UNDO ? Math.subtractExact(sum, amount) : Math.addExact(sum, amount);
                } catch (ArithmeticException e) {
                    throw new RefusedException(SettlementCode.TOTAL_WRONG, "overflow", e);
                }
            }
        }
        return sum;
    }

    private final class Attempt {

        private final DeviceId merchant;
        private final String reference;
        private final List<Posting> postings = new ArrayList<>();
        private final List<String> rejected = new ArrayList<>();
        private final Map<String, Long> available = new HashMap<>();
        private final Map<TransactionId, Boolean> seen = new HashMap<>();
        private int accepted;
        private long acceptedMils;

        Attempt(DeviceId merchant, long number) {
            this.merchant = merchant;
            this.reference = merchant + " batch " + number;
        }

        void take(byte[] encoded) throws RefusedException {
            Receipts.Proven receipt;
            try {
                receipt = receipts.prove(encoded, CardCertificate.ROLE_MERCHANT, merchant);
            } catch (RefusedException e) {
                if (!e.code().startsWith("SET-")) {
                    throw e;
                }
                reject(encoded, e.code());
                return;
            }
            if (seen.put(receipt.id(), true) != null) {
                reject(encoded, SettlementCode.DUPLICATE.code());
                return;
            }
            long mils = receipt.undo() ? -receipt.amount().mils() : receipt.amount().mils();
            Optional<LedgerEntry> booked = ledger.find(receipt.id());
            if (booked.isPresent()) {
                if (!booked.get().reference().equals(reference)) {
                    reject(encoded, SettlementCode.DUPLICATE.code());
                    return;
                }
                // A crash came between booking and answer.
                count(mils);
                return;
            }
            String card = AccountNames.cardFloat(receipt.card());
            String own = AccountNames.merchant(merchant);
            ledger.open(card, AccountKind.LIABILITY, receipt.amount().currency());
            ledger.open(own, AccountKind.LIABILITY, receipt.amount().currency());
            String from = receipt.undo() ? own : card;
            String to = receipt.undo() ? card : own;
            if (available(from) < receipt.amount().mils()) {
                reject(encoded, SettlementCode.SHADOW_SHORT.code());
                return;
            }
            available.put(from, available(from) - receipt.amount().mils());
            available.put(to, Math.addExact(available(to), receipt.amount().mils()));
            postings.add(new Posting(
                    receipt.id(), from, to, receipt.amount(), receipt.undo() ? "purchase-undone" : "purchase", reference));
            count(mils);
        }

        private void count(long mils) {
            accepted++;
            acceptedMils = Math.addExact(acceptedMils, mils);
        }

        private void reject(byte[] encoded, String code) {
            rejected.add(HexFormat.of().formatHex(Digest.sha256(encoded)) + " " + code);
        }

        private long available(String name) throws RefusedException {
            Long there = available.get(name);
            if (there == null) {
                there = ledger.account(name).map(Account::availableMils).orElse(0L);
                available.put(name, there);
            }
            return there;
        }
    }
}
