// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.recharge;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A list as published (rule R3): a snapshot (base 0) or the changes since a base version. Signed by the data centre's list key;
 * the signature (64 bytes, r then s) is over everything before it.
 *
 * <pre>
 *  0  4  "PAL1"
 *  4  8  version
 * 12  8  base version, 0 for a snapshot
 * 20  8  issued, epoch milliseconds
 * 28  4  number of entries n, then n times:
 *        entry id 16, routing tag 8, order 4, last day 2, length 1, envelope
 *     4  number of tombstones m, then m times: entry id 16
 *    64  signature
 * </pre>
 */
public record AuthorisationList(
        long version, long base, long issuedMillis, List<ListEntry> entries, List<byte[]> tombstones) {

    public static final int ENTRIES_MAX = 2_000_000;
    public static final int SIGNATURE_BYTES = 64;
    private static final byte[] MAGIC = "PAL1".getBytes(StandardCharsets.US_ASCII);

    public AuthorisationList {
        entries = List.copyOf(entries);
        tombstones = tombstones.stream().map(byte[]::clone).toList();
        if (entries.size() > ENTRIES_MAX || tombstones.size() > ENTRIES_MAX) {
            throw new IllegalArgumentException("more than " + ENTRIES_MAX + " entries or tombstones");
        }
        if (tombstones.stream().anyMatch(id -> id.length != 16)) {
            throw new IllegalArgumentException("an entry id has 16 bytes");
        }
    }

    /** The bytes to sign. */
    public byte[] body() {
        int size = 36 + 16 * tombstones.size();
        for (ListEntry entry : entries) {
            size += 31 + entry.envelope().length;
        }
        ByteBuffer out = ByteBuffer.allocate(size).put(MAGIC).putLong(version).putLong(base).putLong(issuedMillis);
        out.putInt(entries.size());
        for (ListEntry entry : entries) {
            byte[] envelope = entry.envelope();
            out.put(entry.entryId()).put(entry.routingTag()).putInt((int) entry.order());
            out.putShort((short) entry.notAfterDay()).put((byte) envelope.length).put(envelope);
        }
        out.putInt(tombstones.size());
        tombstones.forEach(out::put);
        return out.array();
    }

    /** Splits off the signature. @throws org.porto.protocol.card.CardRecordException when too short */
    public static org.porto.protocol.card.Signed split(byte[] encoded) throws org.porto.protocol.card.CardRecordException {
        if (encoded.length < 36 + SIGNATURE_BYTES) {
            throw new org.porto.protocol.card.CardRecordException("list of " + encoded.length + " bytes");
        }
        int body = encoded.length - SIGNATURE_BYTES;
        return new org.porto.protocol.card.Signed(
                Arrays.copyOf(encoded, body), Arrays.copyOfRange(encoded, body, encoded.length));
    }

    /** Reads a body; call only after its signature was checked. */
    public static AuthorisationList parse(byte[] body) throws org.porto.protocol.card.CardRecordException {
        try {
            ByteBuffer in = ByteBuffer.wrap(body);
            byte[] magic = new byte[4];
            in.get(magic);
            if (!Arrays.equals(magic, MAGIC)) {
                throw new org.porto.protocol.card.CardRecordException("not an authorisation list, version 1");
            }
            long version = in.getLong();
            long base = in.getLong();
            long issued = in.getLong();
            int count = bounded(in.getInt(), in.remaining() / 31);
            List<ListEntry> entries = new ArrayList<>(count);
            for (int i = 0; i < count; i++) {
                byte[] id = new byte[16];
                byte[] tag = new byte[8];
                in.get(id).get(tag);
                long order = in.getInt() & 0xFFFFFFFFL;
                int day = in.getShort() & 0xFFFF;
                byte[] envelope = new byte[in.get() & 0xFF];
                in.get(envelope);
                entries.add(new ListEntry(id, tag, order, day, envelope));
            }
            int dead = bounded(in.getInt(), in.remaining() / 16);
            List<byte[]> tombstones = new ArrayList<>(dead);
            for (int i = 0; i < dead; i++) {
                byte[] id = new byte[16];
                in.get(id);
                tombstones.add(id);
            }
            if (in.hasRemaining()) {
                throw new org.porto.protocol.card.CardRecordException(in.remaining() + " bytes behind the list");
            }
            return new AuthorisationList(version, base, issued, entries, tombstones);
        } catch (java.nio.BufferUnderflowException e) {
            throw new org.porto.protocol.card.CardRecordException("list ends early");
        }
    }

    private static int bounded(int count, int most) throws org.porto.protocol.card.CardRecordException {
        if (count < 0 || count > most || count > ENTRIES_MAX) {
            throw new org.porto.protocol.card.CardRecordException("list claims " + count + " records");
        }
        return count;
    }
}
