// SPDX-License-Identifier: Apache-2.0
package org.porto.audit.file.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.porto.audit.api.AuditEntry;
import org.porto.journal.api.JournalRecord;

/** Payload of an entry: version 1, then principal, act, subject and outcome, each a length of 2 bytes and UTF-8. */
final class Words {

    private static final int VERSION = 1;
    static final int WORD_CHARS_MAX = 1024;

    private Words() {}

    static byte[] encoded(String principal, String act, String subject, String outcome) {
        try (ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            for (String word : new String[] {principal, act, subject, outcome}) {
                out.writeUTF(bounded(word));
            }
            return bytes.toByteArray();
        } catch (IOException e) {
            throw new UncheckedIOException("memory cannot be written", e);
        }
    }

    /** A word that is too long is cut and says so; control characters would let one entry look like two when printed. */
    private static String bounded(String word) {
        StringBuilder plain = new StringBuilder(Math.min(word.length(), WORD_CHARS_MAX) + 3);
        for (int i = 0; i < word.length() && i < WORD_CHARS_MAX; i++) {
            char c = word.charAt(i);
            plain.append(Character.isISOControl(c) ? ' ' : c);
        }
        return word.length() > WORD_CHARS_MAX ? plain.append("...").toString() : plain.toString();
    }

    /** @throws IOException when it is no entry of this version */
    static AuditEntry decoded(JournalRecord record) throws IOException {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.payload()))) {
            if (in.readByte() != VERSION) {
                throw new IOException("entry of another version");
            }
            AuditEntry entry = new AuditEntry(
                    record.sequence(), record.time(), in.readUTF(), in.readUTF(), in.readUTF(), in.readUTF());
            if (in.read() >= 0) {
                throw new IOException("bytes behind the entry");
            }
            return entry;
        }
    }
}
