// SPDX-License-Identifier: Apache-2.0
package org.porto.recharge.queue.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import org.porto.protocol.recharge.ListEntry;
import org.porto.recharge.api.QueueEntry;

/**
 * One waiting envelope as a single array, so that a million of them cost little more than their bytes. Entries of one card
 * hang together, lowest order first.
 *
 * <pre>
 *  0 16  entry id
 * 16  8  routing tag
 * 24  4  order
 * 28  2  last day
 * 30  8  since, epoch milliseconds
 * 38  n  envelope
 * </pre>
 */
final class Entry {

    static final int HEAD_BYTES = 38;

    final byte[] bytes;
    Entry next;

    Entry(byte[] bytes) {
        this.bytes = bytes;
    }

    static Entry of(ListEntry entry, long sinceMillis) {
        byte[] envelope = entry.envelope();
        return new Entry(ByteBuffer.allocate(HEAD_BYTES + envelope.length)
                .put(entry.entryId())
                .put(entry.routingTag())
                .putInt((int) entry.order())
                .putShort((short) entry.notAfterDay())
                .putLong(sinceMillis)
                .put(envelope)
                .array());
    }

    EntryId id() {
        return EntryId.of(bytes, 0);
    }

    long tag() {
        return ByteBuffer.wrap(bytes).getLong(16);
    }

    long order() {
        return ByteBuffer.wrap(bytes).getInt(24) & 0xFFFFFFFFL;
    }

    int notAfterDay() {
        return ByteBuffer.wrap(bytes).getShort(28) & 0xFFFF;
    }

    byte[] envelope() {
        return Arrays.copyOfRange(bytes, HEAD_BYTES, bytes.length);
    }

    QueueEntry told() {
        return new QueueEntry(
                id().hex(),
                HexFormat.of().toHexDigits(tag()),
                order(),
                notAfterDay(),
                java.time.Instant.ofEpochMilli(ByteBuffer.wrap(bytes).getLong(30)));
    }
}
