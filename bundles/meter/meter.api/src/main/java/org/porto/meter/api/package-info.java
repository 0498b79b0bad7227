// SPDX-License-Identifier: Apache-2.0
/** Who this meter is: serial, profile, hardware model, currency. */
@Export
@Version("1.0.0")
package org.porto.meter.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
