// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sorted files of ids becoming one, some ids at a time, in a file that has its name only when all are in it. */
final class IdMerge implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(IdMerge.class);

    final IdRange range;
    private final Medium medium;
    private final Seal seal;
    private final Path making;
    private final Path made;
    private final IdFile.Writer writer;
    private final IdFile.Cursor[] heads = new IdFile.Cursor[IdRange.FANOUT];
    private int open;

    /**
     * @param sources stay open until it is done
     * @param making where it is made
     * @param made its name in the end
     */
    IdMerge(IdRange range, List<IdFile> sources, Medium medium, Seal seal, Path making, Path made)
            throws IOException, BrokenRecordException {
        this.range = range;
        this.medium = medium;
        this.seal = seal;
        this.making = making;
        this.made = made;
        long count = 0;
        for (IdFile source : sources) {
            count += source.count;
            IdFile.Cursor cursor = source.cursor();
            if (cursor.next()) {
                heads[open++] = cursor;
            }
        }
        writer = new IdFile.Writer(medium.disk.open(making), medium, range.first(), range.last(), count);
    }

    /** @return how many ids went through */
    long some(long most) throws IOException, StoreException, BrokenRecordException {
        long did = 0;
        while (open > 0 && did < most) {
            int least = 0;
            for (int i = 1; i < open; i++) {
                if (IdIndex.compare(heads[i].high, heads[i].low, heads[least].high, heads[least].low) < 0) {
                    least = i;
                }
            }
            IdFile.Cursor head = heads[least];
            writer.add(head.high, head.low, head.segment, head.offset);
            did++;
            if (!head.next()) {
                heads[least] = heads[--open];
            }
        }
        return did;
    }

    /** What went through goes to the medium now. */
    void sync() throws StoreException {
        writer.sync();
    }

    boolean done() {
        return open == 0;
    }

    void finish() throws IOException, StoreException, RefusedException {
        try {
            writer.finish(seal);
        } finally {
            close();
        }
        medium.maintain(Archive.NAME, () -> medium.move(making, made));
    }

    @Override
    public void close() {
        try {
            writer.close();
        } catch (IOException e) {
            LOG.warn("ids: {}", e.toString());
        }
    }
}
