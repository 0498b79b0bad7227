// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Iterator;
import java.util.LinkedList;
import java.util.List;
import java.util.Optional;

/** A walk over both stores, some records at a time (rule V3): both say the same, and it is right. */
final class Verification {

    private final Chain chain;
    private final long until;
    private long next = 1;

    Verification(Stores stores, byte[] genesis) {
        chain = new Chain(genesis);
        until = stores.last().map(StoredRecord::sequence).orElse(0L);
    }

    /** @return whether more is to be walked */
    boolean step(Stores stores, int count) throws StoreException, BrokenRecordException {
        if (next > until) {
            return false;
        }
        long to = Math.min(until, next + count - 1);
        List<StoredRecord> first = new LinkedList<>();
        stores.journal().walk(next, to, first::add);
        Iterator<StoredRecord> journal = first.iterator();
        stores.table().walk(next, to, stored -> {
            if (!journal.hasNext() || !journal.next().sameBytes(stored)) {
                throw new BrokenRecordException("record " + stored.sequence() + ": stores differ");
            }
            chain.next(stored);
            if (!stores.table().sequenceOf(stored.record().transaction()).equals(Optional.of(stored.sequence()))) {
                throw new BrokenRecordException("record " + stored.sequence() + ": index");
            }
        });
        chain.endsAt(to);
        next = to + 1;
        return next <= until;
    }

    long records() {
        return chain.sequence();
    }
}
