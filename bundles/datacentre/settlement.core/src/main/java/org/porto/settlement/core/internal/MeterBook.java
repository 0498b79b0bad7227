// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.porto.issuer.api.DeviceInfo;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.Posting;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.settlement.api.MeterRecord;
import org.porto.settlement.api.SettlementCode;

/** Books what meters upload. Called under the lock of settlement. */
final class MeterBook {

    private static final int RECORDS_MAX = 10_000;
    private static final int CHUNK = 500;
    private static final int HASH_MAX = 64;

    private final Ledger ledger;
    private final Memory memory;

    MeterBook(Ledger ledger, Memory memory) {
        this.ledger = ledger;
        this.memory = memory;
    }

    long book(DeviceInfo meter, List<MeterRecord> records) throws RefusedException {
        if (records.size() > RECORDS_MAX) {
            throw new RefusedException(SettlementCode.RECORD_WRONG, records.size() + " records at once");
        }
        Memory.Meter known = memory.meter(meter.device());
        List<MeterRecord> fresh = new ArrayList<>();
        for (MeterRecord record : records) {
            if (record.hash().length == 0 || record.hash().length > HASH_MAX || record.amountMils() < 0 || record.feeMils() < 0) {
                throw wrong(record, "hash or amount");
            }
            if (record.sequence() <= known.last) {
                Optional<byte[]> hash = known.hash(record.sequence());
                if (hash.isPresent() && !Arrays.equals(hash.get(), record.hash())) {
                    throw wrong(record, "another record was booked under this number");
                }
                continue;
            }
            if (record.sequence() != known.last + fresh.size() + 1) {
                throw new RefusedException(SettlementCode.SEQUENCE_GAP,
                        meter.device() + " sent " + record.sequence() + " after " + (known.last + fresh.size()));
            }
            fresh.add(record);
        }
        for (int at = 0; at < fresh.size(); at += CHUNK) {
            if (!chunk(meter, known, fresh.subList(at, Math.min(fresh.size(), at + CHUNK)))) {
                break;
            }
        }
        return known.last;
    }

    /** @return false when a record has to wait for money */
    private boolean chunk(DeviceInfo meter, Memory.Meter known, List<MeterRecord> records) throws RefusedException {
        List<Posting> postings = new ArrayList<>();
        RefusedException unreadable = null;
        List<MeterRecord> readable = records;
        for (int i = 0; i < records.size(); i++) {
            try {
                postings.addAll(postings(meter, records.get(i)));
            } catch (RefusedException e) {
                unreadable = e;
                readable = records.subList(0, i);
                break;
            }
        }
        boolean all = true;
        if (post(postings)) {
            remember(meter.device(), known, readable);
        } else {
            all = oneByOne(meter, known, readable);
        }
        if (all && unreadable != null) {
            if (unreadable.code().equals(LedgerCode.FUNDS_SHORT.code())) {
                return false;
            }
            throw unreadable;
        }
        return all;
    }

    private boolean oneByOne(DeviceInfo meter, Memory.Meter known, List<MeterRecord> records) throws RefusedException {
        for (MeterRecord record : records) {
            if (!post(postings(meter, record))) {
                return false;
            }
            remember(meter.device(), known, List.of(record));
        }
        return true;
    }

    private boolean post(List<Posting> postings) throws RefusedException {
        if (postings.isEmpty()) {
            return true;
        }
        try {
            ledger.post(postings);
            return true;
        } catch (RefusedException e) {
            if (e.code().equals(LedgerCode.FUNDS_SHORT.code())) {
                return false;
            }
            throw e;
        }
    }

    private void remember(DeviceId meter, Memory.Meter known, List<MeterRecord> records) throws RefusedException {
        if (records.isEmpty()) {
            return;
        }
        List<TransactionId> confirmed = new ArrayList<>();
        for (MeterRecord record : records) {
            if (record.kind().equals("refill")) {
                known.refills.values().stream()
                        .filter(r -> r.id().value().equals(record.transaction())
                                || Long.toString(r.number()).equals(record.reference()))
                        .forEach(r -> confirmed.add(r.id()));
            }
        }
        memory.booked(meter, records.get(0).sequence(), records.stream().map(MeterRecord::hash).toList(), confirmed);
    }

    /** What a record books; the hash is part of the reference, so the ledger too refuses another record of this number. */
    private List<Posting> postings(DeviceInfo info, MeterRecord record) throws RefusedException {
        DeviceId meter = info.device();
        String own = AccountNames.meterFloat(meter);
        long amount = record.amountMils();
        long fee = record.feeMils();
        switch (record.kind()) {
            case "refill", "authorise", "activate", "inspected", "lock", "unlock" -> {
                return List.of();
            }
            case "frank", "frank-by-card" -> {
                return legs(meter, record, own, AccountNames.POSTAL_AUTHORITY, AccountKind.LIABILITY, amount, 0);
            }
            case "transfer-out" -> {
                return legs(meter, record, own, AccountNames.IN_TRANSIT, AccountKind.LIABILITY, sum(record), 0);
            }
            case "transfer-undone" -> {
                return legs(meter, record, AccountNames.IN_TRANSIT, own, AccountKind.LIABILITY, sum(record), 0);
            }
            case "withdraw" -> {
                return legs(meter, record, own, AccountNames.deposit(info.customer()), AccountKind.LIABILITY, amount, 0);
            }
            case "transfer-done" -> {
                CardId card;
                try {
                    card = CardId.parse(record.reference());
                } catch (RefusedException e) {
                    throw wrong(record, "no card in the reference");
                }
                List<Posting> both = new ArrayList<>(legs(meter, record, AccountNames.IN_TRANSIT, AccountNames.cardFloat(card),
                        AccountKind.LIABILITY, amount, 0));
                both.addAll(legs(meter, record, AccountNames.IN_TRANSIT, AccountNames.FEES, AccountKind.INCOME, fee, 1));
                return both;
            }
            default -> throw wrong(record, "kind '" + record.kind() + "'");
        }
    }

    private List<Posting> legs(
            DeviceId meter, MeterRecord record, String debit, String credit, AccountKind creditKind, long mils, int leg)
            throws RefusedException {
        if (mils == 0) {
            return List.of();
        }
        // A meter that was never refilled has no account, hence no currency and nothing to spend.
        Currency currency = ledger.account(AccountNames.meterFloat(meter))
                .map(Account::currency)
                .orElseThrow(() -> new RefusedException(LedgerCode.FUNDS_SHORT, "meter " + meter + " has no account yet"));
        ledger.open(debit, AccountKind.LIABILITY, currency);
        ledger.open(credit, creditKind, currency);
        String reference = meter + " " + record.sequence() + " " + HexFormat.of().formatHex(record.hash(), 0, Math.min(16, record.hash().length));
        return List.of(new Posting(
                Digest.record(meter, record.sequence(), leg), debit, credit, Money.ofMils(mils, currency), record.kind(), reference));
    }

    private static long sum(MeterRecord record) throws RefusedException {
        try {
            return Math.addExact(record.amountMils(), record.feeMils());
        } catch (ArithmeticException e) {
            throw wrong(record, "amount");
        }
    }

    private static RefusedException wrong(MeterRecord record, String why) {
        return new RefusedException(SettlementCode.RECORD_WRONG, "record " + record.sequence() + ": " + why);
    }
}
