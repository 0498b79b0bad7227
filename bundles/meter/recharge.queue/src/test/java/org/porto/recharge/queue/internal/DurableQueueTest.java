// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SigningKey;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.journal.file.internal.FileJournals;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.Signed;
import org.porto.protocol.recharge.AuthorisationList;
import org.porto.protocol.recharge.ListEntry;
import org.porto.purse.api.PurseSession;
import org.porto.recharge.api.RechargeOutcome;
import org.porto.testkit.journal.Cuts;

public class DurableQueueTest {

    private static final int TODAY = CardDays.of(LocalDate.ofInstant(InstantSource.system().instant(), ZoneOffset.UTC));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final CryptoService crypto = new BcCryptoService();
    private final SigningKey signer = crypto.generateSigningKey();
    private Cuts cuts;
    private FakeCard card;
    private Path file;
    private long garbage;
    private int run;

    @Before
    public void fresh() {
        cuts = new Cuts();
        card = new FakeCard();
        garbage = 1 << 20;
        file = folder.getRoot().toPath().resolve("queue" + run++);
    }

    private DurableQueue queue() throws Exception {
        QueueStore store = new QueueStore(cuts.journals(new FileJournals(InstantSource.system())), file, crypto, garbage);
        return new DurableQueue(store, crypto, InstantSource.system(), null, null, null, null);
    }

    private ListEntry entry(long amount, long needs, long order, int lastDay) {
        byte[] envelope = FakeCard.envelope(amount, needs);
        return new ListEntry(
                Arrays.copyOf(crypto.sha256(envelope), 16), FakeCard.TAG, order, lastDay, envelope);
    }

    private ListEntry entry(long amount, long needs, long order) {
        return entry(amount, needs, order, TODAY);
    }

    private byte[] list(long version, long base, List<ListEntry> entries, byte[]... tombstones) {
        byte[] body = new AuthorisationList(version, base, 0, entries, List.of(tombstones)).body();
        return new Signed(body, signer.sign(body)).encoded();
    }

    private List<String> results(List<RechargeOutcome> outcomes) {
        return outcomes.stream().map(RechargeOutcome::result).toList();
    }

    private String code(org.junit.function.ThrowingRunnable act) {
        return assertThrows(RefusedException.class, act).code();
    }

    @Test
    public void snapshotsReplaceDeltasAddAndTombstonesBury() throws Exception {
        DurableQueue queue = queue();
        ListEntry first = entry(100, 0, 1);
        ListEntry second = entry(50, 100, 2);
        assertEquals(1, queue.accept(list(5, 0, List.of(first)), signer.publicKey()));
        assertEquals("RCH-003", code(() -> queue.accept(list(5, 0, List.of()), signer.publicKey())));
        assertEquals("RCH-003", code(() -> queue.accept(list(7, 4, List.of()), signer.publicKey())));
        assertEquals(2, queue.accept(list(6, 5, List.of(second)), signer.publicKey()));
        assertEquals(1, queue.accept(list(7, 6, List.of(), first.entryId()), signer.publicKey()));
        assertEquals(1, queue.accept(list(8, 0, List.of(first)), signer.publicKey()));
        byte[] last = list(9, 8, List.of(second));
        assertEquals(2, queue.accept(last, signer.publicKey()));
        cuts.restore();
        DurableQueue again = queue();
        assertEquals(2, again.size());
        assertEquals(9, again.listVersion());
        assertEquals(HexFormat.of().formatHex(crypto.sha256(last)), again.listDigest());
        assertEquals(List.of(1L, 2L), again.entries(10).stream().map(e -> e.order()).toList());
    }

    @Test
    public void everyFlippedBitOfAListIsRefused() throws Exception {
        DurableQueue queue = queue();
        byte[] good = list(1, 0, List.of(entry(100, 0, 1)), new byte[16]);
        for (int i = 0; i < good.length; i++) {
            for (int bit = 0; bit < 8; bit += 7) {
                byte[] bad = good.clone();
                bad[i] ^= (byte) (1 << bit);
                assertTrue(code(() -> queue.accept(bad, signer.publicKey())).startsWith("RCH-00"));
            }
        }
        for (int length = 0; length < good.length; length++) {
            byte[] bad = Arrays.copyOf(good, length);
            assertTrue(code(() -> queue.accept(bad, signer.publicKey())).startsWith("RCH-00"));
        }
        assertEquals(0, queue.size());
        assertEquals("RCH-001", code(() -> queue.accept(good, crypto.generateSigningKey().publicKey())));
        assertEquals(1, queue.accept(good, signer.publicKey()));
    }

    @Test
    public void aSignedListOfNonsenseIsRefused() throws Exception {
        DurableQueue queue = queue();
        byte[] body = new byte[60];
        assertEquals("RCH-002", code(() -> queue.accept(new Signed(body, signer.sign(body)).encoded(), signer.publicKey())));
        ListEntry wrongId = new ListEntry(new byte[16], FakeCard.TAG, 1, TODAY, FakeCard.envelope(1, 0));
        assertEquals("RCH-002", code(() -> queue.accept(list(1, 0, List.of(wrongId)), signer.publicKey())));
    }

    @Test
    public void aChainIsAppliedInAnyOrderOnce() throws Exception {
        DurableQueue queue = queue();
        queue.accept(list(1, 0, List.of(entry(10, 150, 1), entry(50, 100, 2), entry(100, 0, 3))), signer.publicKey());
        List<RechargeOutcome> outcomes = queue.serve(card.session());
        assertEquals(160, card.sum);
        assertEquals(3, results(outcomes).stream().filter("applied"::equals).count());
        assertEquals(0, queue.size());
        assertEquals(3, queue.unacknowledgedReceipts(10).size());
        // A newer snapshot of a data centre that has not heard of it yet brings nothing back.
        queue.accept(list(2, 0, List.of(entry(10, 150, 1), entry(50, 100, 2))), signer.publicKey());
        assertEquals(0, queue.size());
    }

    @Test
    public void onlyAnswersThatEndAnEntryRemoveIt() throws Exception {
        DurableQueue queue = queue();
        byte[] junk = {1, 2, 3};
        ListEntry unreadable = new ListEntry(Arrays.copyOf(crypto.sha256(junk), 16), FakeCard.TAG, 9, TODAY, junk);
        card.sum = 10;
        card.balanceMax = 20;
        queue.accept(
                list(1, 0, List.of(entry(5, 3, 1), entry(100, 10, 2), entry(5, 99, 3), entry(1, 10, 4, TODAY - 1), unreadable)),
                signer.publicKey());
        assertEquals(
                List.of("stale", "overflow", "future", "expired", "unreadable"), results(queue.serve(card.session())));
        assertEquals(3, queue.size());
        assertEquals(1, queue.unacknowledgedReceipts(10).size());
        cuts.restore();
        DurableQueue again = queue();
        assertEquals(3, again.size());
        assertEquals("unreadable", again.outcomes(10).get(0).result());
        String id = again.entries(1).get(0).entryId();
        assertEquals(1, again.purge(List.of(id), "test"));
        assertEquals("RCH-004", code(() -> again.purge(List.of(id), "test")));
    }

    @Test
    public void aLostReplyKeepsTheEntryUntilTheCardSaysUsed() throws Exception {
        DurableQueue queue = queue();
        queue.accept(list(1, 0, List.of(entry(100, 0, 1))), signer.publicKey());
        card.losesReply = true;
        assertThrows(UncertainException.class, () -> queue.serve(card.session()));
        assertEquals(1, queue.size());
        card.losesReply = false;
        assertEquals(List.of("used"), results(queue.serve(card.session())));
        assertEquals(0, queue.size());
        assertEquals(100, card.sum);
    }

    @Test
    public void everyCutLeavesNothingLostAndNothingDoubled() throws Exception {
        int seen = 0;
        for (int n = 0; ; n++) {
            fresh();
            garbage = n % 2 == 0 ? 1 : 1 << 20;
            DurableQueue queue = queue();
            cuts.after(n);
            boolean cut = false;
            try {
                scenario(queue);
            } catch (Cuts.Cut e) {
                cut = true;
                seen++;
            }
            cuts.restore();
            DurableQueue again = queue();
            scenario(again);
            assertEquals("cut " + n, 150, card.sum);
            assertEquals("cut " + n, 0, again.size());
            List<byte[]> receipts = again.unacknowledgedReceipts(10);
            assertEquals("cut " + n, 2, receipts.size());
            again.acknowledgeReceipts(
                    receipts.stream().map(r -> HexFormat.of().formatHex(crypto.sha256(r))).toList());
            cuts.restore();
            assertTrue(queue().unacknowledgedReceipts(10).isEmpty());
            cuts.restore();
            if (!cut && n % 2 == 0) {
                break;
            }
        }
        assertTrue("only " + seen, seen > 15);
    }

    private void scenario(DurableQueue queue) throws Exception {
        if (queue.listVersion() < 1) {
            queue.accept(list(1, 0, List.of(entry(100, 0, 1), entry(7, 7, 9, TODAY))), signer.publicKey());
        }
        if (queue.listVersion() < 2) {
            ListEntry dead = entry(7, 7, 9, TODAY);
            queue.accept(list(2, 1, List.of(entry(50, 100, 2)), dead.entryId()), signer.publicKey());
        }
        queue.serve(cuts.around(PurseSession.class, card.session()));
    }

    @Test
    public void compactionKeepsEverything() throws Exception {
        garbage = 1;
        DurableQueue queue = queue();
        List<ListEntry> many = new ArrayList<>();
        for (int i = 0; i < 3000; i++) {
            many.add(entry(1000 + i, 1_000_000, i + 1));
        }
        many.add(entry(100, 0, 0));
        queue.accept(list(1, 0, many), signer.publicKey());
        assertEquals("applied", queue.serve(card.session()).get(0).result());
        cuts.restore();
        DurableQueue again = queue();
        assertEquals(3000, again.size());
        assertEquals(1, again.unacknowledgedReceipts(10).size());
        assertTrue(again.outcomes(1000).stream().anyMatch(o -> o.result().equals("applied")));
        assertEquals(3000, again.accept(list(2, 0, many), signer.publicKey()));
    }
}
