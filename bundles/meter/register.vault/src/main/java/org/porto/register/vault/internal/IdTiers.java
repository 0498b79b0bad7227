// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.PriorityQueue;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Every id of the archive, in few files: one a segment, eight of these merged into one, eight of those into one of 64 segments.
 * Which files there must be follows from the number of segments alone, so that none is ever forgotten.
 */
final class IdTiers implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(IdTiers.class);
    private static final int[] SIZES = {64, 8, 1};
    private static final int FANOUT = 8;

    private record Range(long first, long last) {
        long size() {
            return last - first + 1;
        }
    }

    private final Archive archive;
    private final Medium medium;
    private final Seal seal;
    private final RecordCodec codec;
    private List<IdFile> files = new ArrayList<>();

    IdTiers(Archive archive, Medium medium, Seal seal, RecordCodec codec) {
        this.archive = archive;
        this.medium = medium;
        this.seal = seal;
        this.codec = codec;
    }

    private static List<Range> ranges(long segments) {
        List<Range> ranges = new ArrayList<>();
        long next = 1;
        for (int size : SIZES) {
            while (next + size - 1 <= segments) {
                ranges.add(new Range(next, next + size - 1));
                next += size;
            }
        }
        return ranges;
    }

    private Path file(Range range) {
        return archive.folder.resolve("ids-" + range.first + "-" + range.last);
    }

    /** Opens what there must be for so many segments, makes what is missing, drops what was merged. */
    void open(long segments) throws StoreException, RefusedException {
        List<IdFile> opened = new ArrayList<>();
        List<IdFile> unused = opened;
        try {
            for (Range range : ranges(segments)) {
                opened.add(open(range));
                drop(range);
            }
            unused = files;
            files = opened;
        } finally {
            unused.forEach(IdTiers::close); // when this failed, what was open stays in use: no id may be missed
        }
    }

    private IdFile open(Range range) throws StoreException, RefusedException {
        try {
            if (medium.disk.exists(file(range))) {
                return IdFile.open(file(range), medium.disk, seal, range.first, range.last);
            }
        } catch (IOException e) {
            throw failed(e);
        } catch (BrokenRecordException e) {
            LOG.warn("{} {} is made anew: {}", RegisterCode.RECORD_BROKEN.code(), file(range).getFileName(), e.getMessage());
        }
        return make(range);
    }

    private IdFile make(Range range) throws StoreException, RefusedException {
        try {
            if (range.size() == 1) {
                write(range, index(range.first));
            } else {
                mergeParts(range);
                drop(range);
            }
            return IdFile.open(file(range), medium.disk, seal, range.first, range.last);
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

    /** Of a segment that is about to be, or was, archived. */
    void add(long number, IdIndex index) throws StoreException, RefusedException {
        try {
            write(new Range(number, number), index);
        } catch (IOException e) {
            throw failed(e);
        } catch (BrokenRecordException e) {
            throw new StoreException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
        open(number);
    }

    private void write(Range range, IdIndex index)
            throws IOException, StoreException, RefusedException, BrokenRecordException {
        int[] order = index.sorted();
        write(range, order.length, writer -> {
            for (int slot : order) {
                writer.add(index.high(slot), index.low(slot), (int) range.first, index.offset(slot));
            }
        });
    }

    private interface Fill {
        void into(IdFile.Writer writer) throws IOException, StoreException, BrokenRecordException;
    }

    private void write(Range range, long count, Fill fill)
            throws StoreException, RefusedException, IOException, BrokenRecordException {
        Path made = archive.folder.resolve("ids.new");
        try (IdFile.Writer writer = new IdFile.Writer(medium.disk.open(made), medium, range.first, range.last, count)) {
            fill.into(writer);
            writer.finish(seal);
        }
        medium.maintain(Archive.NAME, () -> medium.move(made, file(range)));
    }

    /** A part that turns out to be damaged is made anew with the others, once. */
    private void mergeParts(Range range) throws IOException, StoreException, RefusedException, BrokenRecordException {
        try {
            merge(range);
        } catch (BrokenRecordException e) {
            LOG.warn("{} parts of {}: {}", RegisterCode.RECORD_BROKEN.code(), file(range).getFileName(), e.getMessage());
            drop(range);
            merge(range);
        }
    }

    private void merge(Range range) throws IOException, StoreException, RefusedException, BrokenRecordException {
        List<IdFile> sources = new ArrayList<>();
        try {
            long part = range.size() / FANOUT;
            for (long first = range.first; first <= range.last; first += part) {
                sources.add(open(new Range(first, first + part - 1)));
            }
            write(range, sources.stream().mapToLong(source -> source.count).sum(), writer -> merge(sources, writer));
        } finally {
            for (IdFile source : sources) {
                source.close();
            }
        }
    }

    private static void merge(List<IdFile> sources, IdFile.Writer writer)
            throws IOException, StoreException, BrokenRecordException {
        PriorityQueue<IdFile.Cursor> heads =
                new PriorityQueue<>(Comparator.comparing((IdFile.Cursor c) -> c, (a, b) -> IdIndex.compare(a.high, a.low, b.high, b.low)));
        for (IdFile source : sources) {
            IdFile.Cursor cursor = source.cursor();
            if (cursor.next()) {
                heads.add(cursor);
            }
        }
        while (!heads.isEmpty()) {
            IdFile.Cursor least = heads.poll();
            writer.add(least.high, least.low, least.segment, least.offset);
            if (least.next()) {
                heads.add(least);
            }
        }
    }

    /** What was merged into this one. */
    private void drop(Range range) throws StoreException {
        if (range.size() == 1) {
            return;
        }
        long part = range.size() / FANOUT;
        for (long first = range.first; first <= range.last; first += part) {
            Path merged = file(new Range(first, first + part - 1));
            if (medium.disk.exists(merged)) {
                medium.maintain(Archive.NAME, () -> medium.disk.delete(merged));
            }
        }
    }

    Optional<IdFile.Place> find(TransactionId id) throws StoreException, RefusedException {
        if (files.isEmpty()) {
            return Optional.empty();
        }
        ByteBuffer bytes = ByteBuffer.wrap(id.bytes());
        long high = bytes.getLong();
        long low = bytes.getLong();
        for (int i = files.size() - 1; i >= 0; i--) {
            Optional<IdFile.Place> place = find(i, high, low);
            if (place.isPresent()) {
                return place;
            }
        }
        return Optional.empty();
    }

    private Optional<IdFile.Place> find(int i, long high, long low) throws StoreException, RefusedException {
        try {
            return files.get(i).find(high, low);
        } catch (IOException e) {
            throw failed(e);
        } catch (BrokenRecordException e) {
            remake(i, e);
        }
        try {
            return files.get(i).find(high, low);
        } catch (IOException e) {
            throw failed(e);
        } catch (BrokenRecordException e) {
            throw new StoreException(RegisterCode.RECORD_BROKEN, e.getMessage(), e);
        }
    }

    private void remake(int i, BrokenRecordException damage) throws StoreException, RefusedException {
        IdFile broken = files.get(i);
        Range range = new Range(broken.first, broken.last);
        LOG.warn("{} {} is made anew: {}", RegisterCode.RECORD_BROKEN.code(), file(range).getFileName(), damage.getMessage());
        try {
            broken.close();
        } catch (IOException e) {
            throw failed(e);
        }
        files.set(i, make(range));
    }

    /** Every file against its MAC; one that is wrong is made anew. @return how many were */
    int verify() throws StoreException, RefusedException {
        int made = 0;
        for (int i = 0; i < files.size(); i++) {
            try {
                files.get(i).verify();
            } catch (IOException e) {
                throw failed(e);
            } catch (BrokenRecordException e) {
                remake(i, e);
                made++;
            }
        }
        return made;
    }

    private static StoreException failed(IOException e) {
        return new StoreException(RegisterCode.STORE_FAILED, "ids: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        files.forEach(IdTiers::close);
        files = new ArrayList<>();
    }

    private static void close(IdFile file) {
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("ids: {}", e.toString());
        }
    }
}
