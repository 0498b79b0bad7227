// SPDX-License-Identifier: Apache-2.0
/** Postal registers (rules V1-V9): {@link RegisterReader} to look, {@link RegisterVault} to spend. Amounts in mils. */
@Export
@Version("1.0.0")
package org.porto.register.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
