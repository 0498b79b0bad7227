// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;

/** How the stores reach their files: the seam where tests cut the power. */
interface Disk {

    /** Opens for reading and writing, creates when missing. */
    FileChannel open(Path file) throws IOException;

    /** The file's name for MVStore, which has file systems of its own. */
    String mvStoreName(Path file);

    /** Makes the folder's entries durable. */
    void syncFolder(Path folder) throws IOException;
}
