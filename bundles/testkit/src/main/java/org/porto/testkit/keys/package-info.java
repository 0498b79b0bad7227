// SPDX-License-Identifier: Apache-2.0
/** Keys in memory. */
@Export
@Version("1.0.0")
package org.porto.testkit.keys;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
