// SPDX-License-Identifier: Apache-2.0
/** The issuer: customers, devices, cards, pairings, and mail to cards (rules N2, T2, R1). */
@Export
@Version("1.0.0")
package org.porto.issuer.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
