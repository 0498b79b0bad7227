// SPDX-License-Identifier: Apache-2.0
/** Append-only, hash-chained, CRC-guarded files of records. */
@Export
@Version("1.0.0")
package org.porto.journal.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
