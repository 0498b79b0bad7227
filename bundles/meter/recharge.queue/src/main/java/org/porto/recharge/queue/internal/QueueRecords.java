// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;
import org.porto.recharge.api.RechargeOutcome;

/** Payloads of the queue's journal: one byte of kind, then the contents. A list counts from its last record, COMMIT, on. */
final class QueueRecords {

    private static final int CHUNK_BYTES_MAX = 512 << 10;
    private static final int BEGIN = 1;
    private static final int ENTRIES = 2;
    private static final int LEAVING = 3;
    private static final int COMMIT = 4;
    private static final int OUTCOME = 5;
    private static final int ACKNOWLEDGED = 6;
    private static final int GONE = 7;
    private static final int RECEIPT = 8;
    private static final int NOTE = 9;
    private static final int DIGEST_BYTES = 32;

    /** Why entries left with a list; on record for people. */
    static final int BURIED = 1;

    static final int NOT_ON_SNAPSHOT = 2;

    private QueueRecords() {}

    static List<byte[]> list(
            Collection<Entry> entries, Collection<EntryId> leaving, int reason, long version, byte[] digest) {
        List<byte[]> all = new ArrayList<>();
        all.add(new byte[] {BEGIN});
        chunks(all, new byte[] {ENTRIES}, entries, entry -> ByteBuffer.allocate(2 + entry.bytes.length)
                .putShort((short) entry.bytes.length)
                .put(entry.bytes)
                .array());
        chunks(all, new byte[] {LEAVING, (byte) reason}, leaving, EntryId::bytes);
        all.add(ByteBuffer.allocate(9 + digest.length)
                .put((byte) COMMIT)
                .putLong(version)
                .put(digest)
                .array());
        return all;
    }

    static byte[] outcome(RechargeOutcome outcome, long tag, EntryId id, byte[] receipt) {
        byte[] result = outcome.result().getBytes(StandardCharsets.US_ASCII);
        byte[] card = outcome.card().getBytes(StandardCharsets.US_ASCII);
        return ByteBuffer.allocate(1 + 8 + 8 + EntryId.BYTES + 1 + 8 + 1 + result.length + 1 + card.length + 2 + receipt.length)
                .put((byte) OUTCOME)
                .putLong(outcome.time().toEpochMilli())
                .putLong(tag)
                .put(id.bytes())
                .put((byte) (outcome.removed() ? 1 : 0))
                .putLong(outcome.balanceMils())
                .put((byte) result.length)
                .put(result)
                .put((byte) card.length)
                .put(card)
                .putShort((short) receipt.length)
                .put(receipt)
                .array();
    }

    static List<byte[]> acknowledged(Collection<String> digests) {
        List<byte[]> all = new ArrayList<>();
        chunks(all, new byte[] {ACKNOWLEDGED}, digests, HexFormat.of()::parseHex);
        return all;
    }

    /** Why the next records are there, for people who read the journal; changes nothing. */
    static byte[] note(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(1 + bytes.length).put((byte) NOTE).put(bytes).array();
    }

    /** Everything that the state holds, oldest first. */
    static List<byte[]> image(QueueState state) {
        List<byte[]> all = new ArrayList<>();
        Iterator<RechargeOutcome> oldest = state.outcomes().descendingIterator();
        while (oldest.hasNext()) {
            RechargeOutcome outcome = oldest.next();
            EntryId id = EntryId.of(HexFormat.of().parseHex(outcome.entryId()), 0);
            all.add(outcome(outcome, 0, id, new byte[0]));
        }
        chunks(all, new byte[] {GONE}, state.gone(), EntryId::bytes);
        for (byte[] receipt : state.receipts().values()) {
            all.add(ByteBuffer.allocate(1 + receipt.length).put((byte) RECEIPT).put(receipt).array());
        }
        List<Entry> entries = new ArrayList<>(state.size());
        state.each(entries::add);
        all.addAll(list(entries, List.of(), BURIED, state.version(), state.digest()));
        return all;
    }

    static void apply(QueueState state, byte[] payload, Function<byte[], String> digest) {
        ByteBuffer in = ByteBuffer.wrap(payload);
        int kind = in.get();
        switch (kind) {
            case BEGIN -> state.beginList();
            case ENTRIES -> {
                while (in.hasRemaining()) {
                    byte[] bytes = new byte[in.getShort()];
                    in.get(bytes);
                    state.arriving(new Entry(bytes));
                }
            }
            case LEAVING -> {
                in.get();
                while (in.hasRemaining()) {
                    state.leaving(id(in));
                }
            }
            case COMMIT -> {
                long version = in.getLong();
                byte[] hash = new byte[in.remaining()];
                in.get(hash);
                state.commitList(version, hash);
            }
            case OUTCOME -> outcome(state, in, digest);
            case ACKNOWLEDGED -> {
                List<String> digests = new ArrayList<>();
                while (in.hasRemaining()) {
                    byte[] hash = new byte[DIGEST_BYTES];
                    in.get(hash);
                    digests.add(HexFormat.of().formatHex(hash));
                }
                state.acknowledge(digests);
            }
            case GONE -> {
                while (in.hasRemaining()) {
                    state.gone(id(in));
                }
            }
            case RECEIPT -> {
                byte[] receipt = Arrays.copyOfRange(payload, 1, payload.length);
                state.receipt(digest.apply(receipt), receipt);
            }
            case NOTE -> {}
            default -> throw new IllegalStateException("queue journal has a record of kind " + kind);
        }
    }

    private static void outcome(QueueState state, ByteBuffer in, Function<byte[], String> digest) {
        Instant time = Instant.ofEpochMilli(in.getLong());
        long tag = in.getLong();
        EntryId id = id(in);
        boolean removed = in.get() == 1;
        long balance = in.getLong();
        String result = text(in, in.get() & 0xFF);
        String card = text(in, in.get() & 0xFF);
        byte[] receipt = new byte[in.getShort()];
        in.get(receipt);
        state.outcome(
                new RechargeOutcome(time, id.hex(), card, result, removed, balance),
                tag,
                id,
                receipt.length == 0 ? "" : digest.apply(receipt),
                receipt);
    }

    private static EntryId id(ByteBuffer in) {
        byte[] id = new byte[EntryId.BYTES];
        in.get(id);
        return EntryId.of(id, 0);
    }

    private static String text(ByteBuffer in, int length) {
        byte[] text = new byte[length];
        in.get(text);
        return new String(text, StandardCharsets.US_ASCII);
    }

    private static <T> void chunks(List<byte[]> all, byte[] head, Collection<T> items, Function<T, byte[]> form) {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(); // most hold a record or two
        chunk.writeBytes(head);
        for (T item : items) {
            byte[] bytes = form.apply(item);
            if (bytes.length > CHUNK_BYTES_MAX - chunk.size()) {
                all.add(chunk.toByteArray());
                chunk.reset();
                chunk.writeBytes(head);
            }
            chunk.writeBytes(bytes);
        }
        if (chunk.size() > head.length) {
            all.add(chunk.toByteArray());
        }
    }
}
