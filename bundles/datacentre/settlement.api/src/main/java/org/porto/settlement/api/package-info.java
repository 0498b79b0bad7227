// SPDX-License-Identifier: Apache-2.0
/** Uploads of meters and merchants booked; the float identity (rules L3, M1). */
@Export
@Version("1.0.0")
package org.porto.settlement.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
