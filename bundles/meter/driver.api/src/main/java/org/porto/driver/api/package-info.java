// SPDX-License-Identifier: Apache-2.0
/** Which driver serves which hardware model, and why (rule D1). */
@Export
@Version("1.0.0")
package org.porto.driver.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
