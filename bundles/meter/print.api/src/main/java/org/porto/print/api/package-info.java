// SPDX-License-Identifier: Apache-2.0
/** Printers as the rest of the product sees them. */
@Export
@Version("2.0.0")
package org.porto.print.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
