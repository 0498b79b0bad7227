// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.TransitItem;

/**
 * The checkpoint at a segment's start: the record in front, which holds all registers, and what was in transit then. With it a
 * segment stands alone: opening reads nothing older. Layout: docs/vault.md.
 *
 * @param front the last record of the segment before; none in the first segment
 * @param capacity bytes of the file while it is live
 * @param bytes as encoded, whole blocks
 */
record SegmentHeader(
        long number, long first, long capacity, Optional<StoredRecord> front, List<TransitItem> transit, byte[] bytes) {

    static final int BLOCK = 4096;
    static final int BYTES_MAX = 256 * BLOCK;

    private static final short MAGIC = 0x504A;
    private static final byte VERSION = 1;
    private static final int FIXED_BYTES = 4 + 4 + 4 + 8 + 8 + 8 + 4 + 4;
    private static final int TAIL_BYTES = 4 + RecordCodec.MAC_BYTES + 4;

    static SegmentHeader of(
            long number, long segmentBytes, Optional<StoredRecord> front, List<TransitItem> transit, Seal seal)
            throws RefusedException {
        byte[] frontBytes = front.map(StoredRecord::bytes).orElse(new byte[0]);
        long first = Math.addExact(front.map(StoredRecord::sequence).orElse(0L), 1);
        int content = FIXED_BYTES + frontBytes.length + TAIL_BYTES;
        for (TransitItem item : transit) {
            content += 16 + 8 + 8 + 12 + 1 + card(item).length;
        }
        int length = (content + BLOCK - 1) / BLOCK * BLOCK;
        long capacity = Disk.wholeBlocks(Math.max(segmentBytes, length + Math.min(segmentBytes / 2, 64L * 1024)));
        int version = seal.currentVersion();
        ByteBuffer out = ByteBuffer.allocate(length);
        out.putShort(MAGIC).put(VERSION).put((byte) 0).putInt(content).putInt(length);
        out.putLong(number).putLong(first).putLong(capacity).putInt(frontBytes.length).put(frontBytes).putInt(transit.size());
        for (TransitItem item : transit) {
            byte[] card = card(item);
            out.put(item.transaction().bytes()).putLong(item.amountMils()).putLong(item.feeMils());
            out.putLong(item.since().getEpochSecond()).putInt(item.since().getNano()).put((byte) card.length).put(card);
        }
        out.putInt(version);
        out.put(seal.mac(version, Arrays.copyOf(out.array(), out.position())));
        out.putInt(RecordCodec.crc(out.array(), 0, out.position()));
        return new SegmentHeader(number, first, capacity, front, List.copyOf(transit), out.array());
    }

    private static byte[] card(TransitItem item) {
        return item.card().getBytes(StandardCharsets.UTF_8);
    }

    /** How many bytes a header claims that starts with this block. */
    static int lengthOf(byte[] block) throws BrokenRecordException {
        ByteBuffer in = ByteBuffer.wrap(block);
        int length = block.length < 12 ? 0 : in.getInt(8);
        if (block.length < BLOCK || in.getShort(0) != MAGIC || length < BLOCK || length > BYTES_MAX || length % BLOCK != 0) {
            throw new BrokenRecordException("no segment starts here");
        }
        return length;
    }

    static SegmentHeader decode(byte[] bytes, RecordCodec codec, Seal seal) throws BrokenRecordException {
        if (lengthOf(bytes) != bytes.length) {
            throw new BrokenRecordException("segment header: length");
        }
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int content = in.getInt(4);
        if (bytes[2] != VERSION
                || content < FIXED_BYTES + TAIL_BYTES
                || content > bytes.length
                || in.getInt(content - 4) != RecordCodec.crc(bytes, 0, content - 4)) {
            throw new BrokenRecordException("segment header: CRC");
        }
        for (int i = content; i < bytes.length; i++) {
            if (bytes[i] != 0) {
                throw new BrokenRecordException("segment header: padding");
            }
        }
        int macAt = content - 4 - RecordCodec.MAC_BYTES;
        byte[] mac = Arrays.copyOfRange(bytes, macAt, macAt + RecordCodec.MAC_BYTES);
        if (!seal.verify(in.getInt(macAt - 4), mac, Arrays.copyOf(bytes, macAt))) {
            throw new BrokenRecordException("segment header: MAC");
        }
        try {
            in.position(12).limit(macAt - 4);
            return parse(in, bytes, codec);
        } catch (BufferUnderflowException | IllegalArgumentException | DateTimeException e) {
            throw new BrokenRecordException("segment header: contents", e);
        }
    }

    private static SegmentHeader parse(ByteBuffer in, byte[] bytes, RecordCodec codec) throws BrokenRecordException {
        long number = in.getLong();
        long first = in.getLong();
        long capacity = in.getLong();
        byte[] front = take(in, in.getInt());
        Optional<StoredRecord> before = front.length == 0 ? Optional.empty() : Optional.of(codec.decode(front));
        List<TransitItem> transit = new ArrayList<>();
        int items = in.getInt();
        for (int i = 0; i < items; i++) {
            TransactionId id = TransactionId.of(take(in, TransactionId.BYTES));
            long amount = in.getLong();
            long fee = in.getLong();
            Instant since = Instant.ofEpochSecond(in.getLong(), in.getInt());
            transit.add(new TransitItem(
                    id, amount, fee, new String(take(in, in.get() & 0xFF), StandardCharsets.UTF_8), since));
        }
        if (first != before.map(StoredRecord::sequence).orElse(0L) + 1 || number < 1 || capacity <= bytes.length) {
            throw new BrokenRecordException("segment header: contents");
        }
        return new SegmentHeader(number, first, capacity, before, List.copyOf(transit), bytes);
    }

    private static byte[] take(ByteBuffer in, int length) {
        if (length < 0 || length > in.remaining()) {
            throw new BufferUnderflowException();
        }
        byte[] out = new byte[length];
        in.get(out);
        return out;
    }
}
