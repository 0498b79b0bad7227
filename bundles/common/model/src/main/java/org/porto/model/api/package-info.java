// SPDX-License-Identifier: Apache-2.0
/** Amounts, identities and outcomes. Immutable, thread-safe, no nulls; sees the JDK only (design N1-N3). */
@Export
@Version("1.0.0")
package org.porto.model.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
