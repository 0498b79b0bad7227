// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.soft.internal;

import java.io.IOException;
import java.nio.file.Path;

/** Every touch of the file system, so that tests can fail and kill at each one. */
interface Disk {

    boolean exists(Path file) throws IOException;

    /** @throws IOException when larger than the bound as well */
    byte[] read(Path file, int bytesMax) throws IOException;

    /** Makes or replaces a file that only the owner may read, and syncs it. */
    void write(Path file, byte[] contents) throws IOException;

    /** Overwrites what is there with zeros, in place, and syncs it. */
    void wipe(Path file) throws IOException;

    /** Atomic; replaces. */
    void move(Path from, Path to) throws IOException;

    void deleteIfExists(Path file) throws IOException;

    void syncDirectory(Path directory) throws IOException;
}
