// SPDX-License-Identifier: Apache-2.0
/** Contract tests for printer drivers. */
@Export
@Version("1.0.0")
package org.porto.testkit.print;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
