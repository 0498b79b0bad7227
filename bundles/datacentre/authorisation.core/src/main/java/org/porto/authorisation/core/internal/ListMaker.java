// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.core.internal;

import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.porto.crypto.api.SigningKey;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.recharge.AuthorisationList;
import org.porto.protocol.recharge.ListEntry;

/**
 * Signs lists (rule R3). One list per version, base and day is made once, so that every station and every cache between gets the
 * same bytes. Not thread-safe: its owner locks.
 */
final class ListMaker {

    static final String LIST_KEY = "lists";
    private static final int KEPT_MAX = 8;

    private final AuthorisationBook book;
    private final KeyService keys;
    private final InstantSource time;
    private final Map<Long, byte[]> made = new LinkedHashMap<>();
    private long madeVersion = -1;
    private LocalDate madeDay = LocalDate.EPOCH;

    ListMaker(AuthorisationBook book, KeyService keys, InstantSource time) {
        this.book = book;
        this.keys = keys;
        this.time = time;
    }

    SigningKey key() throws RefusedException {
        return keys.signingKey(LIST_KEY);
    }

    byte[] since(long sinceVersion) throws RefusedException {
        Instant now = time.instant();
        LocalDate today = LocalDate.ofInstant(now, ZoneOffset.UTC);
        if (madeVersion != book.version() || !madeDay.equals(today)) {
            made.clear();
            madeVersion = book.version();
            madeDay = today;
        }
        Optional<List<AuthorisationBook.Change>> changes =
                sinceVersion > 0 ? book.changesSince(sinceVersion) : Optional.empty();
        long base = changes.isPresent() ? sinceVersion : 0;
        byte[] kept = made.get(base);
        if (kept == null) {
            AuthorisationList list = changes.isPresent()
                    ? delta(base, changes.get(), now, today)
                    : new AuthorisationList(book.version(), 0, now.toEpochMilli(), alive(today), List.of());
            kept = signed(list);
            if (made.size() >= KEPT_MAX) {
                made.remove(made.keySet().iterator().next());
            }
            made.put(base, kept);
        }
        return kept.clone();
    }

    private List<ListEntry> alive(LocalDate today) {
        int day = CardDays.of(today);
        return Stream.concat(
                        book.keyEntries().stream().map(KeyEntry::entry),
                        book.all().stream().filter(Authorisation::waiting).map(Authorisation::entry))
                .filter(entry -> entry.notAfterDay() >= day)
                .toList();
    }

    private AuthorisationList delta(
            long base, List<AuthorisationBook.Change> changes, Instant now, LocalDate today) {
        int day = CardDays.of(today);
        List<ListEntry> entries = new ArrayList<>();
        List<byte[]> tombstones = new ArrayList<>();
        for (AuthorisationBook.Change change : changes) {
            if (change.buried() != null) {
                tombstones.add(change.buried());
            }
            if (change.added() != null) {
                book.entry(change).filter(entry -> entry.notAfterDay() >= day).ifPresent(entries::add);
            }
        }
        return new AuthorisationList(book.version(), base, now.toEpochMilli(), entries, tombstones);
    }

    private byte[] signed(AuthorisationList list) throws RefusedException {
        byte[] body = list.body();
        byte[] signature = key().sign(body);
        byte[] encoded = java.util.Arrays.copyOf(body, body.length + signature.length);
        System.arraycopy(signature, 0, encoded, body.length, signature.length);
        return encoded;
    }
}
