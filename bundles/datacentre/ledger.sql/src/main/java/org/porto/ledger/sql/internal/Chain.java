// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Hash chain over journal rows: SHA-256 over the previous hash and every field, each with its length in front (rule L4). */
final class Chain {

    static final String START = "0".repeat(64);

    private Chain() {}

    static String next(String previous, Row row) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            text(out, previous);
            out.writeLong(row.number());
            text(out, row.event());
            text(out, row.id());
            out.writeLong(row.micros());
            text(out, row.debit());
            text(out, row.credit());
            out.writeLong(row.amount());
            text(out, row.currency());
            text(out, row.kind());
            text(out, row.reference());
            if (row.expires() != Row.NEVER) {
                // Everything before has its length: eight bytes more cannot be taken for anything else.
                out.writeLong(row.expires());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return hex(bytes.toByteArray());
    }

    static String hex(byte[] data) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(data));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void text(DataOutputStream out, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
