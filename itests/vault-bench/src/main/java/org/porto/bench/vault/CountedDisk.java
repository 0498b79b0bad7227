// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.concurrent.atomic.AtomicLong;
import org.h2.store.fs.FilePath;
import org.h2.store.fs.FilePathWrapper;

/** H2's files with their syncs counted: shows that the peer really syncs. Public, since H2 makes instances by reflection. */
public final class CountedDisk extends FilePathWrapper {

    static final String SCHEME = "counted";
    private static final AtomicLong SYNCS = new AtomicLong();

    static void register() {
        FilePath.register(new CountedDisk());
    }

    static long syncs() {
        return SYNCS.get();
    }

    @Override
    public String getScheme() {
        return SCHEME;
    }

    @Override
    public FileChannel open(String mode) throws IOException {
        return new Passed(super.open(mode)) {
            @Override
            public void force(boolean metadata) throws IOException {
                SYNCS.incrementAndGet();
                file().force(metadata);
            }
        };
    }
}
