// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.api;

import java.nio.file.Path;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/** Opens journals. Thread-safe. */
@ProviderType
public interface Journals {

    /**
     * Opens or creates the file; one opener at a time, guarded by a file lock.
     *
     * @throws RefusedException {@code JRN-001} damaged, {@code JRN-002} open elsewhere, {@code JRN-003} cannot be written
     */
    Journal open(Path file) throws RefusedException;
}
