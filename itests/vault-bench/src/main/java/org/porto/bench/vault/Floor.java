// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * The least that two durable copies cost on this disk: one write and one fdatasync of a record into each of two preallocated
 * files, one after the other. Not thread-safe.
 */
final class Floor implements Contender {

    private static final long BYTES = 16L << 20;

    private final FileChannel first;
    private final FileChannel second;
    private final ByteBuffer record;
    private long at;

    Floor(Path folder, int recordBytes) throws BenchException {
        record = ByteBuffer.allocateDirect(recordBytes);
        for (int i = 0; i < recordBytes; i++) {
            record.put((byte) (i * 31 + 7));
        }
        first = preallocated(folder.resolve("floor-1"));
        second = preallocated(folder.resolve("floor-2"));
    }

    private static FileChannel preallocated(Path file) throws BenchException {
        try {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            ByteBuffer zeros = ByteBuffer.allocateDirect(1 << 20);
            for (long at = 0; at < BYTES; at += zeros.capacity()) {
                channel.write(zeros.clear(), at);
            }
            channel.force(true);
            return channel;
        } catch (IOException e) {
            throw new BenchException(file.toString(), e);
        }
    }

    @Override
    public void debit() throws BenchException {
        try {
            write(first);
            write(second);
        } catch (IOException e) {
            throw new BenchException("floor", e);
        }
        at += record.capacity();
        if (at + record.capacity() > BYTES) {
            at = 0;
        }
    }

    private void write(FileChannel channel) throws IOException {
        channel.write(record.rewind(), at);
        channel.force(false);
    }

    @Override
    public void close() throws BenchException {
        try {
            first.close();
            second.close();
        } catch (IOException e) {
            throw new BenchException("floor", e);
        }
    }
}
