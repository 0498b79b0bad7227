// SPDX-License-Identifier: Apache-2.0
/** Deposits in, payouts out (rule M2). */
@Export
@Version("1.0.0")
package org.porto.bank.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
