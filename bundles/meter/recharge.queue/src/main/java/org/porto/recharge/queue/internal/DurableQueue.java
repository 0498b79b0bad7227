// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.crypto.api.CryptoService;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;
import org.porto.protocol.recharge.AuthorisationList;
import org.porto.protocol.recharge.ListEntry;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.Purses;
import org.porto.recharge.api.QueueEntry;
import org.porto.recharge.api.RechargeCode;
import org.porto.recharge.api.RechargeOutcome;
import org.porto.recharge.api.RechargeQueue;
import org.porto.tms.api.TmsChannel;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Queue of recharge authorisations (rules R3-R6): lists in, cards served, receipts out, all on record. */
@Component(name = "org.porto.recharge.queue", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = QueueConfig.class)
public final class DurableQueue implements RechargeQueue {

    static final String DEVICE_KEY = "device";
    static final int RECEIPTS_MAX = 100_000;
    private static final Logger LOG = LoggerFactory.getLogger(DurableQueue.class);
    private static final long GARBAGE_BYTES_MIN = 16L << 20;
    private static final int REASON_CHARACTERS_MAX = 200;
    private static final Duration READER_WAIT = Duration.ofSeconds(5);

    private final QueueStore store;
    private final CryptoService crypto;
    private final InstantSource time;
    private final CardReaders readers;
    private final Purses purses;
    private final TmsChannel channel;
    private final KeyService keys;

    @Activate
    public DurableQueue(
            QueueConfig config,
            @Reference Journals journals,
            @Reference CryptoService crypto,
            @Reference InstantSource time,
            @Reference CardReaders readers,
            @Reference Purses purses,
            @Reference TmsChannel channel,
            @Reference KeyService keys)
            throws RefusedException, IOException {
        this(
                new QueueStore(journals, file(config.directory()), crypto, GARBAGE_BYTES_MIN),
                crypto,
                time,
                readers,
                purses,
                channel,
                keys);
    }

    DurableQueue(
            QueueStore store,
            CryptoService crypto,
            InstantSource time,
            CardReaders readers,
            Purses purses,
            TmsChannel channel,
            KeyService keys) {
        this.store = store;
        this.crypto = crypto;
        this.time = time;
        this.readers = readers;
        this.purses = purses;
        this.channel = channel;
        this.keys = keys;
    }

    private static Path file(String directory) throws IOException {
        if (directory == null || directory.isBlank()) {
            throw new IllegalArgumentException("directory is missing");
        }
        return Files.createDirectories(Path.of(directory)).resolve("queue.journal");
    }

    @Deactivate
    void close() {
        store.close();
    }

    @Override
    public int accept(byte[] encoded, byte[] listKey) throws RefusedException {
        Signed signed;
        try {
            signed = AuthorisationList.split(encoded);
        } catch (CardRecordException e) {
            throw new RefusedException(RechargeCode.LIST_UNREADABLE, e.getMessage(), e);
        }
        byte[] body = signed.body();
        if (!crypto.verify(listKey, signed.signature(), body)) {
            throw new RefusedException(RechargeCode.LIST_UNSIGNED);
        }
        AuthorisationList list;
        try {
            list = AuthorisationList.parse(body);
        } catch (CardRecordException e) {
            throw new RefusedException(RechargeCode.LIST_UNREADABLE, e.getMessage(), e);
        }
        byte[] digest = crypto.sha256(encoded);
        store.change(state -> arrival(state, list, digest));
        int waiting = size();
        LOG.info("authorisation list {} taken in, {} entries wait", list.version(), waiting);
        return waiting;
    }

    private List<byte[]> arrival(QueueState state, AuthorisationList list, byte[] digest) throws RefusedException {
        if (list.version() <= state.version()) {
            throw new RefusedException(
                    RechargeCode.LIST_OLD, "version " + list.version() + ", held is " + state.version());
        }
        boolean snapshot = list.base() == 0;
        if (!snapshot && list.base() != state.version()) {
            throw new RefusedException(
                    RechargeCode.LIST_OLD, "changes since " + list.base() + ", held is " + state.version());
        }
        Set<EntryId> leaving = new HashSet<>();
        list.tombstones().forEach(id -> leaving.add(EntryId.of(id, 0)));
        Set<EntryId> listed = new HashSet<>();
        List<Entry> fresh = new ArrayList<>();
        long since = time.millis();
        for (ListEntry entry : list.entries()) {
            byte[] id = entry.entryId();
            if (!Arrays.equals(id, Arrays.copyOf(crypto.sha256(entry.envelope()), EntryId.BYTES))) {
                throw new RefusedException(
                        RechargeCode.LIST_UNREADABLE, "entry " + HexFormat.of().formatHex(id) + " is not its envelope's");
            }
            EntryId key = EntryId.of(id, 0);
            boolean first = listed.add(key);
            if (first
                    && !leaving.contains(key)
                    && !state.gone().contains(key)
                    && !state.holds(QueueState.tag(entry.routingTag()), key)) {
                fresh.add(Entry.of(entry, since));
            }
        }
        if (snapshot) {
            state.each(held -> {
                EntryId key = held.id();
                if (!listed.contains(key)) {
                    leaving.add(key);
                }
            });
            state.gone().stream().filter(key -> !listed.contains(key)).forEach(leaving::add);
        }
        int reason = snapshot ? QueueRecords.NOT_ON_SNAPSHOT : QueueRecords.BURIED;
        return QueueRecords.list(fresh, leaving, reason, list.version(), digest);
    }

    @Override
    public long listVersion() {
        return store.peek(QueueState::version);
    }

    @Override
    public String listDigest() {
        return store.peek(state -> HexFormat.of().formatHex(state.digest()));
    }

    @Override
    public List<QueueEntry> entries(int max) {
        bounded(max, 100_000);
        return store.peek(state -> {
            List<QueueEntry> some = new ArrayList<>();
            state.each(entry -> {
                if (some.size() < max) {
                    some.add(entry.told());
                }
            });
            return some;
        });
    }

    @Override
    public int size() {
        return store.peek(QueueState::size);
    }

    @Override
    public List<RechargeOutcome> serve(PurseSession session) throws RefusedException, UncertainException {
        return new CardServing(store, session, () -> channel.keysToShow(DEVICE_KEY), time.instant(), today()).run();
    }

    @Override
    public List<RechargeOutcome> serve(String reader) throws RefusedException, UncertainException {
        PeerCredentials self = new PeerCredentials(
                channel.cardCertificates(DEVICE_KEY), keys.signingKey(DEVICE_KEY), channel.issuerKeys(DEVICE_KEY));
        try (CardClaim claim = readers.claim(reader, READER_WAIT);
                PurseSession session = purses.openCertified(claim, self, today())) {
            return serve(session);
        }
    }

    @Override
    public List<RechargeOutcome> outcomes(int max) throws RefusedException {
        bounded(max, 10_000);
        return store.read(state -> state.outcomes().stream().limit(max).toList());
    }

    @Override
    public int purge(Collection<String> entryIds, String reason) throws RefusedException {
        Set<EntryId> named = new HashSet<>();
        for (String id : entryIds) {
            named.add(EntryId.parse(id));
        }
        int day = CardDays.of(today());
        Instant now = time.instant();
        int[] count = new int[1];
        store.change(state -> {
            List<byte[]> records = new ArrayList<>();
            Set<EntryId> unknown = new HashSet<>(named);
            state.each(entry -> {
                EntryId id = entry.id();
                boolean expired = entry.notAfterDay() < day;
                if (unknown.remove(id) || expired) {
                    String result = expired ? "expired" : "purged";
                    RechargeOutcome outcome = new RechargeOutcome(now, id.hex(), "", result, true, -1);
                    records.add(QueueRecords.outcome(outcome, entry.tag(), id, new byte[0]));
                }
            });
            if (!unknown.isEmpty()) {
                throw new RefusedException(
                        RechargeCode.ENTRY_UNKNOWN, unknown.iterator().next().hex());
            }
            count[0] = records.size();
            if (!records.isEmpty()) {
                records.add(0, QueueRecords.note(reason.substring(0, Math.min(reason.length(), REASON_CHARACTERS_MAX))));
            }
            return records;
        });
        LOG.info("{} entries purged: {}", count[0], reason);
        return count[0];
    }

    @Override
    public List<byte[]> unacknowledgedReceipts(int max) throws RefusedException {
        bounded(max, 1000);
        return store.read(state ->
                state.receipts().values().stream().limit(max).map(byte[]::clone).toList());
    }

    @Override
    public void acknowledgeReceipts(Collection<String> digests) throws RefusedException {
        store.change(state -> QueueRecords.acknowledged(
                digests.stream().filter(state.receipts()::containsKey).distinct().toList()));
    }

    private LocalDate today() {
        return LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
    }

    private static void bounded(int max, int most) {
        if (max < 1 || max > most) {
            throw new IllegalArgumentException("max is 1 to " + most + ", not " + max);
        }
    }
}
