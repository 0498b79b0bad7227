// SPDX-License-Identifier: Apache-2.0
/** Recharge authorisations: issue, list, settle (rules R1-R7). */
@Export
@Version("1.0.0")
package org.porto.authorisation.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
