// SPDX-License-Identifier: Apache-2.0
/** A real PostgreSQL for tests and measurements. */
@Export
@Version("1.0.0")
package org.porto.testkit.postgres;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
