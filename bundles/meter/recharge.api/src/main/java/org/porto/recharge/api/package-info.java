// SPDX-License-Identifier: Apache-2.0
/** Queue of recharge authorisations at a station (rules R3-R6; E claims 4, 5). */
@Export
@Version("1.0.0")
package org.porto.recharge.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
