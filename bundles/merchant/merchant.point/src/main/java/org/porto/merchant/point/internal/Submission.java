// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.point.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.crypto.api.CryptoService;
import org.porto.merchant.api.Batch;
import org.porto.merchant.api.MerchantCode;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.BatchAnswer;
import org.porto.protocol.tms.BatchRequest;
import org.porto.protocol.tms.RefusalAnswer;
import org.porto.protocol.tms.TmsCodec;
import org.porto.protocol.tms.TmsMessage;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsCode;

/** Batches to the host (rule M1): on record before they leave, sent again unchanged until they are answered. Not thread-safe. */
final class Submission {

    private static final int RECEIPTS_MAX = 5000;
    /** Shadow balance short: the card's recharge has not reached the host yet; the receipt comes again in a later batch. */
    private static final String LATER = "SET-006";

    private final SaleBook book;
    private final TmsChannel channel;
    private final CryptoService crypto;

    Submission(SaleBook book, TmsChannel channel, CryptoService crypto) {
        this.book = book;
        this.channel = channel;
        this.crypto = crypto;
    }

    Batch submit() throws RefusedException, UncertainException {
        Optional<SaleBook.Sent> waiting = book.unanswered();
        SaleBook.Sent sent = waiting.isPresent() ? waiting.get() : make();
        BatchAnswer answer = ask(sent);
        end(sent, answer);
        return book.batchesNewestFirst().stream()
                .filter(batch -> batch.number() == sent.number())
                .findFirst()
                .orElseThrow()
                .told();
    }

    private SaleBook.Sent make() throws RefusedException {
        List<Sale> paid = book.paid(RECEIPTS_MAX);
        if (paid.isEmpty()) {
            throw new RefusedException(MerchantCode.BATCH_EMPTY);
        }
        long total = 0;
        List<Long> numbers = new ArrayList<>();
        for (Sale sale : paid) {
            total = Math.addExact(total, sale.amountMils);
            numbers.add(sale.number);
        }
        SaleBook.Sent sent = new SaleBook.Sent(book.nextBatch(), List.copyOf(numbers), total, false, 0, 0);
        book.batch(sent);
        return sent;
    }

    private BatchAnswer ask(SaleBook.Sent sent) throws RefusedException, UncertainException {
        byte[] nonce = crypto.random(16);
        List<byte[]> receipts = sent.numbers().stream().map(number -> book.sale(number).receipt).toList();
        BatchRequest request =
                new BatchRequest(HexFormat.of().formatHex(nonce), sent.number(), receipts, sent.totalMils());
        TmsMessage message;
        try {
            message = TmsCodec.decode(channel.exchange(OfflinePoint.KEY, TmsCodec.encode(request)));
        } catch (IOException e) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "not a TMS message", e);
        } catch (UncertainException e) {
            throw new UncertainException(
                    MerchantCode.REPLY_LOST, TransactionId.of(nonce), "batch " + sent.number() + " is sent again next time", e);
        }
        if (message instanceof RefusalAnswer refusal) {
            throw RefusedException.relayed(refusal.code(), refusal.message());
        }
        if (message instanceof BatchAnswer answer
                && answer.nonce().equals(request.nonce())
                && answer.batchNumber() == sent.number()
                && answer.rejected() != null) {
            return answer;
        }
        throw new RefusedException(TmsCode.ANSWER_WRONG, "answer to another batch than " + sent.number());
    }

    /** Believes the answer only when it adds up: each receipt is either in the accepted sum or named as rejected. */
    private void end(SaleBook.Sent sent, BatchAnswer answer) throws RefusedException {
        Map<String, Sale> byDigest = new HashMap<>();
        for (long number : sent.numbers()) {
            Sale sale = book.sale(number);
            byDigest.put(HexFormat.of().formatHex(crypto.sha256(sale.receipt)), sale);
        }
        long acceptedMils = sent.totalMils();
        List<Long> back = new ArrayList<>();
        List<Long> rejected = new ArrayList<>();
        for (String line : answer.rejected()) {
            String[] parts = line.split(" ", 2);
            Sale sale = parts.length == 2 ? byDigest.remove(parts[0]) : null;
            if (sale == null) {
                throw new RefusedException(TmsCode.ANSWER_WRONG, "rejection of a receipt that is not in the batch");
            }
            acceptedMils -= sale.amountMils;
            (parts[1].startsWith(LATER) ? back : rejected).add(sale.number);
        }
        if (answer.accepted() != byDigest.size() || answer.acceptedMils() != acceptedMils) {
            throw new RefusedException(TmsCode.ANSWER_WRONG, "sums of batch " + sent.number() + " differ");
        }
        book.batchEnded(sent.number(), answer.accepted(), acceptedMils, back, rejected);
    }
}
