// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;

/**
 * How the bundle reaches its files, all of them: the seam where tests inject what a medium can do to a vault (rule V8). Of the
 * channels only reading and writing at a position, force, size, truncate, tryLock and close are used, and never a mapping.
 */
interface Disk {

    int BLOCK = 4096;

    /** So many, and what is missing to the block's end. */
    static long wholeBlocks(long bytes) {
        return (bytes + BLOCK - 1) / BLOCK * BLOCK;
    }

    /** Opens for reading and writing, creates when missing. */
    FileChannel open(Path file) throws IOException;

    /**
     * A file that is there, once more: for writes of whole blocks on blocks' bounds, out of memory that begins on such a bound, which go
     * to the medium without a stay in the platform's memory where it can do so. Durable by a {@code force} all the same.
     */
    FileChannel openBlocks(Path file) throws IOException;

    boolean exists(Path file);

    /** What is in the folder, in no order. */
    List<Path> list(Path folder) throws IOException;

    long size(Path file) throws IOException;

    /** With its parents; nothing when it is there. */
    void createFolder(Path folder) throws IOException;

    /** Renames, atomically, also onto a file that is there. Durable by {@link #syncFolder} of both folders. */
    void move(Path from, Path to) throws IOException;

    /** Nothing when it is not there. */
    void delete(Path file) throws IOException;

    /** Makes the folder's entries durable. */
    void syncFolder(Path folder) throws IOException;

    /** Of the file system that holds this. */
    long usableSpace(Path folder) throws IOException;
}
