// SPDX-License-Identifier: Apache-2.0
/** What a printer driver implements (rule D1). JDK only. Grows by default methods and small capability interfaces. */
@Export
@Version("2.0.0")
package org.porto.print.spi;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
