// SPDX-License-Identifier: Apache-2.0
/** Journals that fail when a test wants it, and power cuts. */
@Export
@Version("1.0.0")
package org.porto.testkit.journal;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
