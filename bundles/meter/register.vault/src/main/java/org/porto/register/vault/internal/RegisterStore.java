// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.List;

/** One of the two stores (rule V4), while it takes records. Not thread-safe: the vault serialises. */
interface RegisterStore {

    String name();

    /** Writes the next records inside the window, which names exactly these; durable on return. */
    void append(WriteWindows.Window window, List<StoredRecord> records) throws StoreException;
}
