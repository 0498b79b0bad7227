// SPDX-License-Identifier: Apache-2.0
/** Host side of the purse: sessions with a card and what can be asked in them (rules P1-P8, T3-T7). */
@Export
@Version("1.0.0")
package org.porto.purse.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
