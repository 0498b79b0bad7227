// SPDX-License-Identifier: Apache-2.0
/** Double-entry ledger with two-phase transfers (rules L1, L2, L4). Amounts in mils. */
@Export
@Version("1.1.0")
package org.porto.ledger.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
