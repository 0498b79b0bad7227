// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.h2.mvstore.Chunk;
import org.h2.mvstore.DataUtils;
import org.h2.mvstore.MVStoreException;

/**
 * How the newest state in the table's file is found: from an anchor on, each chunk says where the next one goes, and that one is the next
 * only when it is whole, has the next id, and names the CRC of the one before it.
 *
 * @param <C> MVStore's own kind of chunk
 */
final class TableChain<C extends Chunk<C>> {

    /** The link and the CRC stand in the padding of MVStore's footer, in front of its line end. */
    private static final int LINK_AT = 9;
    private static final int CRC_AT = 5;
    private static final int HEADER_MAX = 1024;
    /** Blocks of the largest chunk that is believed. */
    private static final int LENGTH_MAX = 1 << 14;

    /** The chunks from an anchor to the newest, and the CRC of that one. */
    record State<C>(TableAnchor anchor, List<C> chunks, int crc) {

        C newest() {
            return chunks.get(chunks.size() - 1);
        }
    }

    private record Found<C>(C chunk, int link, int crc) {}

    private final FileChannel channel;
    private final Function<String, C> chunks;

    TableChain(FileChannel channel, Function<String, C> chunks) {
        this.channel = channel;
        this.chunks = chunks;
    }

    long length() {
        try {
            return channel.size();
        } catch (IOException e) {
            throw DataUtils.newMVStoreException(DataUtils.ERROR_READING_FAILED, "length: {0}", e, e);
        }
    }

    /** A file that has no state yet. */
    boolean blank() {
        byte[] head = new byte[(int) Math.min((long) TableAnchor.SLOTS * Disk.BLOCK, length())];
        DataUtils.readFully(channel, 0, ByteBuffer.wrap(head));
        return Arrays.equals(head, new byte[head.length]);
    }

    /** From the newer anchor, or from the other when what that one names is not there. */
    State<C> newest() {
        List<TableAnchor> anchors = Stream.of(anchor(0), anchor(1))
                .flatMap(Optional::stream)
                .sorted(Comparator.comparingLong(TableAnchor::version).reversed())
                .toList();
        for (TableAnchor anchor : anchors) {
            Optional<Found<C>> first = chunk(anchor.block(), anchor.chunk()).filter(found -> found.crc() == anchor.crc());
            if (first.isPresent()) {
                return follow(anchor, first.get());
            }
        }
        throw DataUtils.newMVStoreException(DataUtils.ERROR_FILE_CORRUPT, "no state in the file is whole");
    }

    private State<C> follow(TableAnchor anchor, Found<C> first) {
        List<C> chain = new ArrayList<>();
        Found<C> at = first;
        for (Optional<Found<C>> next = Optional.of(first); next.isPresent(); next = next(at)) {
            at = next.get();
            chain.add(at.chunk());
        }
        return new State<>(anchor, chain, at.crc());
    }

    private Optional<Found<C>> next(Found<C> at) {
        return chunk(at.chunk().next, at.chunk().id + 1 & Chunk.MAX_ID)
                .filter(found -> found.link() == at.crc() && found.chunk().version > at.chunk().version);
    }

    private Optional<TableAnchor> anchor(int slot) {
        byte[] bytes = new byte[TableAnchor.BYTES];
        if (length() < (long) slot * Disk.BLOCK + bytes.length) {
            return Optional.empty();
        }
        DataUtils.readFully(channel, (long) slot * Disk.BLOCK, ByteBuffer.wrap(bytes));
        return TableAnchor.decode(slot, bytes);
    }

    /** What lies there when it is that chunk, to its last byte. Only a medium that cannot be read is a failure. */
    private Optional<Found<C>> chunk(long block, int id) {
        if (block < TableAnchor.SLOTS || block >= length() / Disk.BLOCK) {
            return Optional.empty();
        }
        long at = block * Disk.BLOCK;
        ByteBuffer head = ByteBuffer.allocate(Disk.BLOCK);
        DataUtils.readFully(channel, at, head);
        Optional<C> header = header(head.array());
        if (header.isEmpty() || header.get().id != id || header.get().len < 1 || header.get().len > LENGTH_MAX) {
            return Optional.empty();
        }
        C chunk = header.get();
        int length = chunk.len * Disk.BLOCK;
        if (at + length > length()) {
            return Optional.empty();
        }
        ByteBuffer all = ByteBuffer.allocate(length);
        DataUtils.readFully(channel, at, all);
        int own = crc(all, length - CRC_AT);
        if (all.getInt(length - CRC_AT) != own) {
            return Optional.empty();
        }
        chunk.block = block;
        return Optional.of(new Found<>(chunk, all.getInt(length - LINK_AT), own));
    }

    private Optional<C> header(byte[] block) {
        int end = 0;
        while (end < HEADER_MAX && block[end] != '\n') {
            end++;
        }
        try {
            return end == HEADER_MAX
                    ? Optional.empty()
                    : Optional.of(chunks.apply(new String(block, 0, end, StandardCharsets.ISO_8859_1).trim()));
        } catch (MVStoreException | IllegalArgumentException e) {
            return Optional.empty(); // no chunk begins here
        }
    }

    /** Ends a chunk that is about to be written. @param link CRC of the one before it @return its own */
    static int link(ByteBuffer chunk, int link) {
        int length = chunk.limit();
        chunk.putInt(length - LINK_AT, link);
        int crc = crc(chunk, length - CRC_AT);
        chunk.putInt(length - CRC_AT, crc);
        return crc;
    }

    private static int crc(ByteBuffer heap, int length) {
        CRC32C crc = new CRC32C();
        crc.update(heap.array(), heap.arrayOffset(), length);
        return (int) crc.getValue();
    }
}
