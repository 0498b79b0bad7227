// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

import java.nio.charset.StandardCharsets;
import org.porto.register.api.RegisterRecord;

/** Bytes of a record in the vault's format (docs/vault.md): fixed fields, two texts, MAC, length, CRC. */
final class RecordSize {

    private static final int FIXED_BYTES = 240 + 1 + 1 + 16 + 4 + 4;

    private RecordSize() {}

    static int of(RegisterRecord record) {
        return FIXED_BYTES
                + record.reference().getBytes(StandardCharsets.UTF_8).length
                + record.after().lockReason().getBytes(StandardCharsets.UTF_8).length;
    }
}
