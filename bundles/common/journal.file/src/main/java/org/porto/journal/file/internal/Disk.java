// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.file.internal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;

/** Every touch of the file system, so that tests can fail each one. */
interface Disk {

    /** Opens an existing file for reading and writing. */
    DiskFile open(Path file) throws IOException;

    /** Opens an existing file for reading; the view stays good when the name is given to another file. */
    DiskFile openToRead(Path file) throws IOException;

    /** Makes a new empty file, or empties an old one. */
    DiskFile create(Path file) throws IOException;

    boolean exists(Path file) throws IOException;

    /** Atomic; replaces. */
    void move(Path from, Path to) throws IOException;

    void deleteIfExists(Path file) throws IOException;

    void syncDirectory(Path directory) throws IOException;

    /** One open file. */
    interface DiskFile extends AutoCloseable {

        /** May read less than asked; -1 at the end. */
        int read(ByteBuffer into, long at) throws IOException;

        /** May write less than asked. */
        int write(ByteBuffer from, long at) throws IOException;

        long size() throws IOException;

        void truncate(long size) throws IOException;

        void sync() throws IOException;

        @Override
        void close() throws IOException;
    }
}
