// SPDX-License-Identifier: Apache-2.0
/** Debit, sign and print as one act (rules F1, F5). */
@Export
@Version("1.0.0")
package org.porto.franking.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
