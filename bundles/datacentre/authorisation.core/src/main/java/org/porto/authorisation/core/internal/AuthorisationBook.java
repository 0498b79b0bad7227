// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.core.internal;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.porto.authorisation.api.AuthorisationCode;
import org.porto.crypto.api.CryptoService;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.recharge.ListEntry;

/**
 * All authorisations, in memory, each change journalled first; memory is always the journal's replay. The list version is the
 * number of changes that stations see. Not thread-safe: its owner locks.
 */
final class AuthorisationBook {

    /** A change that stations see: an entry came, an entry went (rule R3). */
    record Change(long version, TransactionId added, byte[] buried) {}

    static final int CHANGES_MAX = 100_000;
    private static final int VERSION = 1;
    private static final int FIELD_BYTES_MAX = 1024;

    private static final int INTENT = 1;
    private static final int LISTED = 2;
    private static final int DROPPED = 3;
    private static final int APPLIED = 4;
    private static final int KEY_LISTED = 5;
    private static final int KEY_BURIED = 6;

    private final Journal journal;
    private final CryptoService crypto;
    private final int changesMax;
    private final Map<TransactionId, Authorisation> all = new LinkedHashMap<>();
    private final Map<TransactionId, KeyEntry> keyEntries = new LinkedHashMap<>();
    private final Map<CardId, List<TransactionId>> chains = new HashMap<>();
    private final Deque<Change> changes = new ArrayDeque<>();
    private long version;

    AuthorisationBook(Journal journal, CryptoService crypto, int changesMax) throws RefusedException {
        this.journal = journal;
        this.crypto = crypto;
        this.changesMax = changesMax;
        try {
            journal.replay(1, this::replayed);
        } catch (UncheckedIOException | IllegalArgumentException e) {
            throw new RefusedException(AuthorisationCode.STORE_UNREADABLE, e.getMessage(), e);
        }
    }

    Optional<Authorisation> find(TransactionId id) {
        return Optional.ofNullable(all.get(id));
    }

    /** In order of request. */
    List<Authorisation> all() {
        return List.copyOf(all.values());
    }

    /** Of one card, in the order of its control sums. */
    List<Authorisation> chain(CardId card) {
        return chains.getOrDefault(card, List.of()).stream().map(all::get).toList();
    }

    /** Listed orders that roll keys over. */
    List<KeyEntry> keyEntries() {
        return List.copyOf(keyEntries.values());
    }

    /** What a change brought, unless a later one has replaced or ended it. */
    Optional<ListEntry> entry(Change change) {
        KeyEntry key = keyEntries.get(change.added());
        return key != null
                ? Optional.of(key.entry())
                : find(change.added())
                        .filter(known -> known.waiting() && known.listedVersion() == change.version())
                        .map(Authorisation::entry);
    }

    long version() {
        return version;
    }

    /** Changes after a version, oldest first; empty when they are not all known any more. */
    Optional<List<Change>> changesSince(long since) {
        long oldest = changes.isEmpty() ? version + 1 : changes.peekFirst().version();
        if (since < oldest - 1 || since > version) {
            return Optional.empty();
        }
        return Optional.of(changes.stream().filter(change -> change.version() > since).toList());
    }

    void putIntent(Authorisation intent) throws RefusedException {
        append(INTENT, out -> {
            out.writeUTF(intent.id().value());
            out.writeUTF(intent.card().value());
            out.writeUTF(intent.customer().value());
            out.writeUTF(intent.currency());
            out.writeLong(intent.amountMils());
            out.writeLong(intent.controlSumMils());
            out.writeInt(intent.notAfterDay());
        });
    }

    /** Lists an intent, or lists an authorisation anew in place of its former entry. */
    void putListed(TransactionId id, int notAfterDay, byte[] routingTag, long order, byte[] envelope) throws RefusedException {
        append(LISTED, out -> {
            out.writeUTF(id.value());
            out.writeInt(notAfterDay);
            bytes(out, routingTag);
            out.writeLong(order);
            bytes(out, envelope);
        });
    }

    /** Forgets an intent that the ledger refused. */
    void putDropped(TransactionId id, String code) throws RefusedException {
        append(DROPPED, out -> {
            out.writeUTF(id.value());
            out.writeUTF(code);
        });
    }

    /** @param receipt the proof, kept for the record */
    void putApplied(TransactionId id, byte[] receipt) throws RefusedException {
        append(APPLIED, out -> {
            out.writeUTF(id.value());
            bytes(out, receipt);
        });
    }

    void putKeyListed(TransactionId id, byte[] routingTag, long order, int notAfterDay, byte[] envelope) throws RefusedException {
        append(KEY_LISTED, out -> {
            out.writeUTF(id.value());
            bytes(out, routingTag);
            out.writeLong(order);
            out.writeInt(notAfterDay);
            bytes(out, envelope);
        });
    }

    void putKeyBuried(TransactionId id) throws RefusedException {
        append(KEY_BURIED, out -> out.writeUTF(id.value()));
    }

    private interface Body {
        void write(DataOutputStream out) throws IOException;
    }

    private void append(int type, Body body) throws RefusedException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (DataOutputStream out = new DataOutputStream(bytes)) {
            out.writeByte(VERSION);
            body.write(out);
        } catch (IOException e) {
            throw new RefusedException(
                    AuthorisationCode.STORE_UNREADABLE, "record of type " + type + " cannot be written", e);
        }
        replayed(journal.append(type, bytes.toByteArray()));
    }

    private void replayed(JournalRecord record) {
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(record.payload()))) {
            int found = in.readUnsignedByte();
            if (found != VERSION) {
                throw new IOException("version " + found);
            }
            apply(record, in);
            if (in.available() > 0) {
                throw new IOException("bytes behind it");
            }
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "record " + record.sequence() + " of type " + record.type() + ": " + e.getMessage(), e);
        }
    }

    private void apply(JournalRecord record, DataInputStream in) throws IOException {
        TransactionId id = new TransactionId(in.readUTF());
        switch (record.type()) {
            case INTENT -> {
                Authorisation intent = new Authorisation(
                        id,
                        new CardId(in.readUTF()),
                        new CustomerId(in.readUTF()),
                        in.readUTF(),
                        in.readLong(),
                        in.readLong(),
                        in.readInt(),
                        null,
                        "",
                        0,
                        false,
                        record.time());
                all.put(id, intent);
                chains.computeIfAbsent(intent.card(), card -> new ArrayList<>()).add(id);
            }
            case LISTED -> {
                Authorisation known = known(id);
                byte[] former = known.waiting() ? known.entry().entryId() : null;
                int day = in.readInt();
                byte[] tag = bytes(in);
                long order = in.readLong();
                byte[] envelope = bytes(in);
                byte[] entryId = entryId(envelope);
                changed(id, former);
                all.put(
                        id,
                        known.listed(
                                day,
                                new ListEntry(entryId, tag, order, day, envelope),
                                HexFormat.of().formatHex(entryId),
                                version,
                                record.time()));
            }
            case DROPPED -> {
                in.readUTF();
                Authorisation known = known(id);
                all.remove(id);
                chains.get(known.card()).remove(id);
            }
            case APPLIED -> {
                bytes(in);
                Authorisation known = known(id);
                if (known.waiting()) {
                    changed(null, known.entry().entryId());
                }
                all.put(id, known.appliedAt(record.time()));
            }
            case KEY_LISTED -> {
                byte[] tag = bytes(in);
                long order = in.readLong();
                int day = in.readInt();
                byte[] envelope = bytes(in);
                changed(id, null);
                keyEntries.put(id, new KeyEntry(id, new ListEntry(entryId(envelope), tag, order, day, envelope), version));
            }
            case KEY_BURIED -> {
                KeyEntry gone = keyEntries.remove(id);
                if (gone == null) {
                    throw new IOException("about unknown " + id);
                }
                changed(null, gone.entry().entryId());
            }
            default -> throw new IOException("unknown type");
        }
    }

    private byte[] entryId(byte[] envelope) {
        return Arrays.copyOf(crypto.sha256(envelope), 16);
    }

    private void changed(TransactionId added, byte[] buried) {
        version++;
        changes.addLast(new Change(version, added, buried));
        if (changes.size() > changesMax) {
            changes.removeFirst();
        }
    }

    private Authorisation known(TransactionId id) throws IOException {
        Authorisation known = all.get(id);
        if (known == null) {
            throw new IOException("about unknown " + id);
        }
        return known;
    }

    private static void bytes(DataOutputStream out, byte[] bytes) throws IOException {
        out.writeInt(bytes.length);
        out.write(bytes);
    }

    private static byte[] bytes(DataInputStream in) throws IOException {
        int length = in.readInt();
        if (length < 0 || length > FIELD_BYTES_MAX) {
            throw new IOException("field of " + length + " bytes");
        }
        byte[] bytes = in.readNBytes(length);
        if (bytes.length != length) {
            throw new IOException("field ends early");
        }
        return bytes;
    }
}
