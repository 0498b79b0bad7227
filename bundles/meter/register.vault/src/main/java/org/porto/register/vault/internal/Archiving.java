// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32C;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterCode;

/**
 * Closes a full segment for good, a piece at a time, so that no batch waits for all of it: the table's copy, then the journal's trailer,
 * then its file moves. May be cut anywhere and begun again. What the table still holds of it is dropped by the caller, last. Touches
 * nothing that batches write, so that it may go on beside them.
 */
final class Archiving implements AutoCloseable {

    private static final byte[] NO_BYTES = new byte[0];

    private final Stores.Parts parts;
    private final Medium medium;
    private final Archive archive;
    private final Papers papers;
    private final Segment segment;
    private final TableStore table;
    private final Path making;
    private final SequentialReader journal;
    private final ByteBuffer piece;
    private final CRC32C crc = new CRC32C();
    private final List<String> report = new ArrayList<>();
    private Optional<FileChannel> channel = Optional.empty();
    private Optional<FileChannel> blocks = Optional.empty();
    private int slot;
    private long at;

    Archiving(Stores.Parts parts, Archive archive, Papers papers, Segment segment, TableStore table) {
        this.parts = parts;
        this.archive = archive;
        this.papers = papers;
        this.segment = segment;
        this.table = table;
        medium = parts.medium();
        making = archive.made(segment.header.number());
        journal = segment.reader();
        piece = Medium.blocks((int) Math.min(Medium.PIECE, segment.header.capacity()));
    }

    boolean copied() {
        return channel.isPresent() && slot == segment.index.size();
    }

    /** Copies a piece. */
    void copy(long most) throws StoreException {
        if (channel.isEmpty()) {
            begin();
        }
        for (long left = most; left > 0 && slot < segment.index.size(); slot++) {
            byte[] record = agreed();
            put(record);
            left -= record.length;
        }
        flush();
    }

    private void begin() throws StoreException {
        byte[] header = segment.header.bytes();
        medium.maintain(Archive.NAME, () -> {
            medium.folder(archive.folder);
            channel = Optional.of(medium.disk.open(making));
        });
        medium.maintain(Archive.NAME, () -> {
            channel.orElseThrow().truncate(0);
            medium.write(channel.orElseThrow(), header, 0);
            blocks = Optional.of(medium.disk.openBlocks(making));
        });
        crc.update(header);
        at = header.length;
    }

    private void put(byte[] bytes) throws StoreException {
        crc.update(bytes);
        for (int done = 0; done < bytes.length; ) {
            if (!piece.hasRemaining()) {
                flush();
            }
            int length = Math.min(piece.remaining(), bytes.length - done);
            piece.put(bytes, done, length);
            done += length;
        }
    }

    /** Whole blocks of it; the rest begins the next piece. */
    private void flush() throws StoreException {
        int length = piece.position() / Disk.BLOCK * Disk.BLOCK;
        if (length > 0) {
            ByteBuffer whole = piece.duplicate().position(0).limit(length);
            medium.maintain(Archive.NAME, () -> medium.writeBlocks(blocks.orElseThrow(), whole, at));
            at += length;
            piece.limit(piece.position()).position(length);
            piece.compact();
        }
    }

    /** The table's own bytes; where the two stores differ, the one that is whole is put right in both. */
    private byte[] agreed() throws StoreException {
        long sequence = segment.header.first() + slot;
        byte[] inJournal = inJournal(slot);
        byte[] inTable = inTable(slot);
        if (Arrays.equals(inJournal, inTable)) {
            return inJournal;
        }
        String record = "archive: record " + sequence + " was ";
        if (whole(inJournal, sequence)) {
            report.add(record + (inTable.length == 0 ? "missing" : "other") + " in the table; the journal's is archived");
            return inJournal;
        }
        if (inTable.length == inJournal.length && whole(inTable, sequence)) {
            medium.maintain(Archive.NAME, () -> segment.rewrite(slot, inTable));
            report.add(record + "damaged in the journal and is written again from the table");
            return inTable;
        }
        report.add(record + "damaged in both stores");
        return inJournal; // verify says so, and the vault goes on (its state is not in here)
    }

    private byte[] inTable(int of) throws StoreException {
        return table.bytes(segment.header.first() + of).orElse(NO_BYTES);
    }

    private byte[] inJournal(int of) throws StoreException {
        try {
            return journal.read(segment.offset(of), (int) (segment.offset(of + 1) - segment.offset(of)))
                    .orElseThrow(() -> new IOException("file ends early"));
        } catch (IOException e) {
            throw new StoreException(RegisterCode.STORE_FAILED, Segment.NAME + ": reading: " + e.getMessage(), e);
        }
    }

    private boolean whole(byte[] bytes, long sequence) {
        try {
            return parts.codec().decode(bytes).sequence() == sequence;
        } catch (BrokenRecordException e) {
            return false;
        }
    }

    /** When all is copied. */
    void finish() throws StoreException, RefusedException {
        if (!report.isEmpty()) { // before the segment is closed: a cut then brings it here again
            medium.counters.repair();
            papers.repair(report);
        }
        long number = segment.header.number();
        Trailer trailer = Trailer.of(
                number,
                segment.header.first(),
                segment.index.size(),
                segment.end(),
                segment.last().map(StoredRecord::hash).orElse(parts.genesis()),
                (int) crc.getValue(),
                parts.seal());
        medium.maintain(Archive.NAME, () -> {
            medium.write(channel.orElseThrow(), piece.flip(), at);
            medium.write(channel.orElseThrow(), trailer.bytes(), segment.end());
            channel.orElseThrow().force(true);
        });
        close();
        medium.maintain(Archive.NAME, () -> medium.move(making, archive.file(number, Archive.TABLE)));
        medium.maintain(Archive.NAME, () -> segment.close(trailer));
        medium.maintain(Archive.NAME, () -> medium.move(segment.file, archive.file(number, Archive.JOURNAL)));
    }

    @Override
    public void close() {
        blocks.ifPresent(Opening::quietly);
        blocks = Optional.empty();
        channel.ifPresent(Opening::quietly);
        channel = Optional.empty();
    }
}
