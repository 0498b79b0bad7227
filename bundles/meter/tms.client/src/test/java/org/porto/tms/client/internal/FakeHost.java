// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.TreeMap;
import org.porto.crypto.api.CryptoService;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.protocol.tms.EnrolAnswer;
import org.porto.protocol.tms.PairingGrant;
import org.porto.protocol.tms.RecordReport;
import org.porto.protocol.tms.RefillAnswer;
import org.porto.protocol.tms.RefillRequest;
import org.porto.protocol.tms.RefusalAnswer;
import org.porto.protocol.tms.SyncAnswer;
import org.porto.protocol.tms.SyncRequest;
import org.porto.protocol.tms.TmsCodec;
import org.porto.protocol.tms.TmsMessage;
import org.porto.tms.api.TmsChannel;
import org.porto.tms.api.TmsCode;

/** A data centre behind the channel: books each number once, refuses what it knows otherwise. */
final class FakeHost implements TmsChannel {

    enum Link { UP, DOWN, LOSES_ANSWERS, FORGES_REFUSALS }

    final TreeMap<Long, RefillRequest> refills = new TreeMap<>();
    List<byte[]> settlements = List.of();
    long keysNumber;
    final List<RecordReport> records = new ArrayList<>();
    final Set<String> receipts = new HashSet<>();
    final List<SyncRequest> sessions = new ArrayList<>();
    private final CryptoService crypto;
    Link link = Link.UP;
    long deposit = 1_000_000;
    long deadline = 1_900_000_000_000L;

    FakeHost(CryptoService crypto) {
        this.crypto = crypto;
    }

    @Override
    public byte[] exchange(String keyName, byte[] payload) throws RefusedException, UncertainException {
        TmsMessage request;
        try {
            request = TmsCodec.decode(payload);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        if (link == Link.DOWN) {
            throw new RefusedException(TmsCode.LINK_DOWN);
        }
        TmsMessage answer = request instanceof RefillRequest refill ? book(refill) : book((SyncRequest) request);
        if (link == Link.LOSES_ANSWERS) {
            throw new UncertainException(TmsCode.REPLY_LOST, new TransactionId(request.nonce()), "", null);
        }
        if (link == Link.FORGES_REFUSALS) {
            throw RefusedException.relayed("LED-004", "not enough funds, says somebody");
        }
        return TmsCodec.encode(answer);
    }

    private TmsMessage book(RefillRequest request) {
        RefillRequest known = refills.get(request.refillNumber());
        if (known != null
                && (!known.transaction().equals(request.transaction()) || known.amountMils() != request.amountMils())) {
            return new RefusalAnswer(request.nonce(), "LED-003", "another refill has this number");
        }
        if (known == null && request.amountMils() > deposit) {
            return new RefusalAnswer(request.nonce(), "LED-004", "not enough funds");
        }
        if (known == null) {
            deposit -= request.amountMils();
            refills.put(request.refillNumber(), request);
        }
        return new RefillAnswer(
                request.nonce(), request.refillNumber(), request.transaction(), request.amountMils(),
                "ref-" + request.refillNumber());
    }

    private TmsMessage book(SyncRequest request) {
        sessions.add(request);
        for (RecordReport record : request.records()) {
            if (record.sequence() == records.size() + 1) {
                records.add(record);
            } else if (record.sequence() > records.size() + 1) {
                return new RefusalAnswer(request.nonce(), "SET-009", "gap");
            }
        }
        List<String> held = new ArrayList<>();
        List<byte[]> all = new ArrayList<>(request.applyReceipts());
        all.addAll(request.debitReceipts());
        for (byte[] receipt : all) {
            String digest = HexFormat.of().formatHex(crypto.sha256(receipt));
            receipts.add(digest);
            held.add(digest);
        }
        PairingGrant pairing =
                new PairingGrant("00112233445566FF", new byte[8], new byte[16], 50_000, new byte[] {1, 2, 3});
        return new SyncAnswer(request.nonce(), records.size(), held, ++deadline, List.of(pairing), 3, keysNumber, settlements);
    }

    @Override
    public byte[] enrol(String keyName, DeviceId device, String role, String code) {
        return TmsCodec.encode(new EnrolAnswer(
                "0".repeat(32), new byte[1], new byte[1], new byte[1], new byte[1], "ACME", "EUR", 0, 100_000, 10_000_000,
                deadline));
    }

    @Override
    public byte[] fetchList(long heldVersion) {
        return new byte[] {3};
    }

    @Override
    public byte[] listKey() {
        return new byte[0];
    }

    @Override
    public byte[] cardCertificate(String keyName) {
        return new byte[0];
    }

    @Override
    public byte[] issuerPublicKey() {
        return new byte[0];
    }
}
