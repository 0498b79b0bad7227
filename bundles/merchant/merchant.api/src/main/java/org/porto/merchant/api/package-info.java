// SPDX-License-Identifier: Apache-2.0
/** Merchant point: purchases by card, kept and submitted in batches (rule M1). */
@Export
@Version("1.0.0")
package org.porto.merchant.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
