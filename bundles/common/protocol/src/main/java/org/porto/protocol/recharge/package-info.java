// SPDX-License-Identifier: Apache-2.0
/** Signed lists of recharge authorisations (rule R3). */
@Export
@Version("1.0.0")
package org.porto.protocol.recharge;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
