// SPDX-License-Identifier: Apache-2.0
/** Transfer of value from meter to card (rules T1-T9, W figure 8). */
@Export
@Version("1.0.0")
package org.porto.transfer.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
