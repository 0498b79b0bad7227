// SPDX-License-Identifier: Apache-2.0
/** Card readers as the rest of the product sees them: list, claim, exchange. */
@Export
@Version("1.0.0")
package org.porto.card.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
