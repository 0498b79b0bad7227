// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.card;

import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The public keys that card hosts work with, all versions since the first (rules N2, S4). Each key of the issuer but the first is signed by
 * the one before, so that whoever trusts one of them can check all later ones; the whole is signed (DER) by the newest.
 *
 * <pre>
 *  0  1  0xC2
 *  1  1  version, 1
 *  2  1  number of issuer keys, then each:
 *     1  its version, the first 1, each one more than the one before
 *    65  point, uncompressed
 *     1  length of the link, 0 for the first
 *     n  link: DER signature by the key before over {@link #linkMessage}
 *     1  number of order keys, then each:
 *     1  its version, rising
 *    65  point
 * </pre>
 */
public record CardKeySet(List<IssuerKey> issuerKeys, List<OrderKey> orderKeys) {

    private static final int POINT_BYTES = 65;
    private static final byte[] LABEL = {'P', 'O', 'R', 'T', 'O', '-', 'K', 'L', 'N', 'K'};

    /** @param link empty for the first */
    public record IssuerKey(int version, byte[] point, byte[] link) {

        public IssuerKey {
            point = point.clone();
            link = link.clone();
        }

        @Override
        public byte[] point() {
            return point.clone();
        }

        @Override
        public byte[] link() {
            return link.clone();
        }
    }

    public record OrderKey(int version, byte[] point) {

        public OrderKey {
            point = point.clone();
        }

        @Override
        public byte[] point() {
            return point.clone();
        }
    }

    public CardKeySet {
        issuerKeys = List.copyOf(issuerKeys);
        orderKeys = List.copyOf(orderKeys);
        if (issuerKeys.isEmpty() || issuerKeys.size() > 255 || orderKeys.isEmpty() || orderKeys.size() > 255) {
            throw new IllegalArgumentException(issuerKeys.size() + " issuer keys, " + orderKeys.size() + " order keys");
        }
        for (int i = 0; i < issuerKeys.size(); i++) {
            IssuerKey key = issuerKeys.get(i);
            if (key.version() != i + 1 || !point(key.point()) || key.link().length > 72 || key.link().length == 0 != (i == 0)) {
                throw new IllegalArgumentException("issuer key " + key.version());
            }
        }
        int last = 0;
        for (OrderKey key : orderKeys) {
            if (key.version() <= last || key.version() > 255 || !point(key.point())) {
                throw new IllegalArgumentException("order key " + key.version());
            }
            last = key.version();
        }
    }

    private static boolean point(byte[] point) {
        return point.length == POINT_BYTES && point[0] == 4;
    }

    /** What a link signs. */
    public static byte[] linkMessage(int version, byte[] point) {
        return ByteBuffer.allocate(LABEL.length + 1 + POINT_BYTES).put(LABEL).put((byte) version).put(point).array();
    }

    /** Rises with each roll-over of either kind: tells a newer set from an older one. */
    public long number() {
        return number(
                issuerKeys.get(issuerKeys.size() - 1).version(), orderKeys.get(orderKeys.size() - 1).version());
    }

    public static long number(int newestIssuerVersion, int newestOrderVersion) {
        return (long) newestIssuerVersion << 8 | newestOrderVersion;
    }

    public byte[] encoded() {
        int length = 4 + orderKeys.size() * (1 + POINT_BYTES);
        for (IssuerKey key : issuerKeys) {
            length += 2 + POINT_BYTES + key.link().length;
        }
        ByteBuffer out = ByteBuffer.allocate(length).put((byte) 0xC2).put((byte) 1).put((byte) issuerKeys.size());
        for (IssuerKey key : issuerKeys) {
            out.put((byte) key.version()).put(key.point()).put((byte) key.link().length).put(key.link());
        }
        out.put((byte) orderKeys.size());
        orderKeys.forEach(key -> out.put((byte) key.version()).put(key.point()));
        return out.array();
    }

    /** Splits the set from the signature behind it. Nothing is verified. */
    public static Signed split(byte[] encoded) throws CardRecordException {
        ByteBuffer in = ByteBuffer.wrap(encoded);
        read(in);
        return Signed.split(encoded, in.position());
    }

    public static CardKeySet parse(byte[] body) throws CardRecordException {
        ByteBuffer in = ByteBuffer.wrap(body);
        CardKeySet set = read(in);
        if (in.hasRemaining()) {
            throw new CardRecordException("bytes behind a key set");
        }
        return set;
    }

    private static CardKeySet read(ByteBuffer in) throws CardRecordException {
        try {
            if ((in.get() & 0xFF) != 0xC2 || in.get() != 1) {
                throw new CardRecordException("not a key set, version 1");
            }
            List<IssuerKey> issuer = new ArrayList<>();
            for (int left = in.get() & 0xFF; left > 0; left--) {
                issuer.add(new IssuerKey(in.get() & 0xFF, bytes(in, POINT_BYTES), bytes(in, in.get() & 0xFF)));
            }
            List<OrderKey> orders = new ArrayList<>();
            for (int left = in.get() & 0xFF; left > 0; left--) {
                orders.add(new OrderKey(in.get() & 0xFF, bytes(in, POINT_BYTES)));
            }
            return new CardKeySet(issuer, orders);
        } catch (BufferUnderflowException | IllegalArgumentException e) {
            throw new CardRecordException("key set: " + e.getMessage());
        }
    }

    private static byte[] bytes(ByteBuffer in, int length) {
        byte[] bytes = new byte[length];
        in.get(bytes);
        return bytes;
    }

    /** Whether this one continues another: every issuer key of the other one is in here, unchanged. */
    public boolean continues(CardKeySet older) {
        if (older.issuerKeys().size() > issuerKeys.size()) {
            return false;
        }
        for (int i = 0; i < older.issuerKeys().size(); i++) {
            if (!Arrays.equals(older.issuerKeys().get(i).point(), issuerKeys.get(i).point())) {
                return false;
            }
        }
        return number() >= older.number();
    }
}
