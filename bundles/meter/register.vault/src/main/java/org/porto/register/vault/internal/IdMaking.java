// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The files of ids in the archive's folder: made from a segment or from smaller ones, and made anew when they are missing or wrong. */
final class IdMaking {

    private static final Logger LOG = LoggerFactory.getLogger(IdMaking.class);

    private final Archive archive;
    private final Medium medium;
    private final Seal seal;
    private final RecordCodec codec;

    IdMaking(Archive archive, Medium medium, Seal seal, RecordCodec codec) {
        this.archive = archive;
        this.medium = medium;
        this.seal = seal;
        this.codec = codec;
    }

    Path file(IdRange range) {
        return archive.folder.resolve(range.name());
    }

    private Path merging() {
        return archive.folder.resolve("ids-merging");
    }

    /** What a run before had begun to merge. */
    void dropMerging() throws StoreException {
        if (medium.disk.exists(merging())) {
            medium.maintain(Archive.NAME, () -> medium.disk.delete(merging()));
        }
    }

    /** Whether only its parts are there, which are then in use until they are merged. */
    boolean notMerged(IdRange range) {
        return !medium.disk.exists(file(range)) && partsThere(range);
    }

    private boolean partsThere(IdRange range) {
        if (range.size() == 1) {
            return false;
        }
        for (IdRange part : range.parts()) {
            if (!medium.disk.exists(file(part)) && !partsThere(part)) {
                return false;
            }
        }
        return true;
    }

    IdFile open(IdRange range) throws StoreException, RefusedException {
        try {
            if (medium.disk.exists(file(range))) {
                return IdFile.open(file(range), medium.disk, seal, range.first(), range.last());
            }
        } catch (IOException e) {
            throw failed(e);
        } catch (BrokenRecordException e) {
            LOG.warn("{} {} is made anew: {}", RegisterCode.RECORD_BROKEN.code(), file(range).getFileName(), e.getMessage());
        }
        return make(range);
    }

    IdFile make(IdRange range) throws StoreException, RefusedException {
        try {
            if (range.size() == 1) {
                write(range, index(range.first()));
            } else {
                mergeParts(range);
                drop(range);
            }
            return IdFile.open(file(range), medium.disk, seal, range.first(), range.last());
        } catch (IOException e) {
            throw failed(e);
        } catch (BrokenRecordException e) {
            throw new StoreException(RegisterCode.RECORD_BROKEN, "ids of segments " + range + ": " + e.getMessage(), e);
        }
    }

    /** Ids and places of an archived segment, from whichever copy is whole. */
    private IdIndex index(long number) throws IOException, BrokenRecordException {
        try {
            return index(number, Archive.JOURNAL);
        } catch (BrokenRecordException e) {
            return index(number, Archive.TABLE);
        }
    }

    private IdIndex index(long number, String copy) throws IOException, BrokenRecordException {
        IdIndex index = new IdIndex();
        try (Archive.Reading reading = archive.read(number, copy)) {
            reading.checkBody();
            long at = reading.at();
            for (Optional<byte[]> bytes = reading.next(); bytes.isPresent(); bytes = reading.next()) {
                StoredRecord stored = codec.decode(bytes.get());
                index.add(stored.idHigh(), stored.idLow(), (int) at);
                at = reading.at();
            }
        }
        return index;
    }

    /** Of one segment. */
    void write(IdRange range, IdIndex index)
            throws IOException, StoreException, RefusedException, BrokenRecordException {
        int[] order = index.sorted();
        write(range, order.length, writer -> {
            for (int slot : order) {
                writer.add(index.high(slot), index.low(slot), (int) range.first(), index.offset(slot));
            }
        });
    }

    private interface Fill {
        void into(IdFile.Writer writer) throws IOException, StoreException, BrokenRecordException;
    }

    private void write(IdRange range, long count, Fill fill)
            throws StoreException, RefusedException, IOException, BrokenRecordException {
        Path made = archive.folder.resolve("ids.new");
        try (IdFile.Writer writer = new IdFile.Writer(medium.disk.open(made), medium, range.first(), range.last(), count)) {
            fill.into(writer);
            writer.finish(seal);
        }
        medium.maintain(Archive.NAME, () -> medium.move(made, file(range)));
    }

    /** A part that turns out to be damaged is made anew with the others, once. */
    private void mergeParts(IdRange range) throws IOException, StoreException, RefusedException, BrokenRecordException {
        try {
            merge(range);
        } catch (BrokenRecordException e) {
            LOG.warn("{} parts of {}: {}", RegisterCode.RECORD_BROKEN.code(), file(range).getFileName(), e.getMessage());
            drop(range);
            merge(range);
        }
    }

    /** All at once: only where a file that was merged is damaged. */
    private void merge(IdRange range) throws IOException, StoreException, RefusedException, BrokenRecordException {
        List<IdFile> sources = new ArrayList<>();
        try {
            for (IdRange part : range.parts()) {
                sources.add(open(part));
            }
            try (IdMerge all = merge(range, sources)) {
                all.some(Long.MAX_VALUE);
                all.finish();
            }
        } finally {
            sources.forEach(IdFile::quietly);
        }
    }

    IdMerge merge(IdRange range, List<IdFile> sources) throws IOException, BrokenRecordException {
        return new IdMerge(range, sources, medium, seal, merging(), file(range));
    }

    /** What was merged into this one. */
    void drop(IdRange range) throws StoreException {
        for (IdRange part : range.parts()) {
            Path merged = file(part);
            if (medium.disk.exists(merged)) {
                medium.maintain(Archive.NAME, () -> medium.disk.delete(merged));
            }
        }
    }

    static StoreException failed(IOException e) {
        return new StoreException(RegisterCode.STORE_FAILED, "ids: " + e.getMessage(), e);
    }
}
