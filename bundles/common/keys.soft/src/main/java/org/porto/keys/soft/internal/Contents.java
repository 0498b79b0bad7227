// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.soft.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.porto.keys.api.KeyKind;

/**
 * What the sealed part of {@code keys.porto} holds: for every key version its name, kind, number, time, secret and certificate;
 * then the trusted certificates.
 */
record Contents(List<Stored> keys, Map<String, byte[]> trusted) {

    static final int KEYS_MAX = 1024;
    static final int TRUSTED_MAX = 128;
    static final int SECRET_BYTES_MAX = 1024;
    static final int CERTIFICATE_BYTES_MAX = 16_384;

    /** @param certificate empty for none */
    record Stored(String name, KeyKind kind, int version, long createdMillis, byte[] secret, byte[] certificate) {}

    byte[] encoded() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream out = new DataOutputStream(bytes);
        out.writeInt(keys.size());
        for (Stored key : keys) {
            out.writeUTF(key.name());
            out.writeByte(key.kind() == KeyKind.SIGNING ? 1 : 2);
            out.writeInt(key.version());
            out.writeLong(key.createdMillis());
            put(out, key.secret());
            put(out, key.certificate());
        }
        out.writeInt(trusted.size());
        for (Map.Entry<String, byte[]> entry : trusted.entrySet()) {
            out.writeUTF(entry.getKey());
            put(out, entry.getValue());
        }
        return bytes.toByteArray();
    }

    static Contents decoded(byte[] encoded) throws IOException {
        DataInputStream in = new DataInputStream(new ByteArrayInputStream(encoded));
        List<Stored> keys = new ArrayList<>();
        int count = bounded(in.readInt(), KEYS_MAX);
        for (int i = 0; i < count; i++) {
            String name = in.readUTF();
            int kind = bounded(in.readByte(), 2);
            int version = in.readInt();
            long created = in.readLong();
            keys.add(new Stored(
                    name,
                    kind == 1 ? KeyKind.SIGNING : KeyKind.SYMMETRIC,
                    version,
                    created,
                    get(in, SECRET_BYTES_MAX),
                    get(in, CERTIFICATE_BYTES_MAX)));
        }
        Map<String, byte[]> trusted = new TreeMap<>();
        int certificates = bounded(in.readInt(), TRUSTED_MAX);
        for (int i = 0; i < certificates; i++) {
            trusted.put(in.readUTF(), get(in, CERTIFICATE_BYTES_MAX));
        }
        if (in.read() >= 0) {
            throw new IOException("bytes behind the contents");
        }
        return new Contents(keys, trusted);
    }

    private static void put(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] get(DataInputStream in, int bytesMax) throws IOException {
        byte[] bytes = new byte[bounded(in.readInt(), bytesMax)];
        in.readFully(bytes);
        return bytes;
    }

    private static int bounded(int count, int most) throws IOException {
        if (count < 0 || count > most) {
            throw new IOException("count " + count);
        }
        return count;
    }
}
