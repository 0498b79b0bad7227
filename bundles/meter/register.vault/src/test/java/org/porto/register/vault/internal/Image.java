// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.nio.ByteBuffer;
import java.util.Arrays;

/** Contents of a file in sectors. A sector is never changed, so copies share them. */
final class Image {

    static final int SECTOR = 512;
    private static final byte[] ZEROS = new byte[SECTOR];

    private byte[][] sectors = new byte[0][];
    private long size;

    long size() {
        return size;
    }

    Image copy() {
        Image copy = new Image();
        copy.sectors = sectors.clone();
        copy.size = size;
        return copy;
    }

    void write(long position, byte[] bytes) {
        write(position, bytes, 0, bytes.length);
    }

    void write(long position, byte[] bytes, int from, int length) {
        grow(Math.max(size, position + length));
        int done = 0;
        while (done < length) {
            int sector = (int) ((position + done) / SECTOR);
            int at = (int) ((position + done) % SECTOR);
            int count = Math.min(SECTOR - at, length - done);
            byte[] changed = count == SECTOR ? new byte[SECTOR] : sectors[sector].clone();
            System.arraycopy(bytes, from + done, changed, at, count);
            sectors[sector] = changed;
            done += count;
        }
    }

    private void grow(long wanted) {
        int count = (int) ((wanted + SECTOR - 1) / SECTOR);
        if (count > sectors.length) {
            int before = sectors.length;
            sectors = Arrays.copyOf(sectors, Math.max(count, before + before / 4));
            Arrays.fill(sectors, before, sectors.length, ZEROS);
        }
        size = wanted;
    }

    void truncate(long wanted) {
        if (wanted >= size) {
            return; // as FileChannel does
        }
        int count = (int) ((wanted + SECTOR - 1) / SECTOR);
        sectors = Arrays.copyOf(sectors, count);
        size = wanted;
        int rest = (int) (wanted % SECTOR);
        if (rest != 0) {
            sectors[count - 1] = Arrays.copyOf(Arrays.copyOf(sectors[count - 1], rest), SECTOR);
        }
    }

    /** @return bytes read, -1 at the end */
    int read(ByteBuffer target, long position) {
        if (position >= size) {
            return target.hasRemaining() ? -1 : 0;
        }
        int length = (int) Math.min(target.remaining(), size - position);
        int done = 0;
        while (done < length) {
            int at = (int) ((position + done) % SECTOR);
            int count = Math.min(SECTOR - at, length - done);
            target.put(sectors[(int) ((position + done) / SECTOR)], at, count);
            done += count;
        }
        return length;
    }

    byte[] bytes() {
        ByteBuffer all = ByteBuffer.allocate((int) size);
        read(all, 0);
        return all.array();
    }

    long digest() {
        long digest = size;
        for (long at = 0; at < size; at += SECTOR) {
            byte[] sector = sectors[(int) (at / SECTOR)];
            digest = digest * 0x9E3779B97F4A7C15L + (sector == ZEROS ? 1 : Arrays.hashCode(sector)) + (digest >>> 29);
        }
        return digest;
    }
}
