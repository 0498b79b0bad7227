// SPDX-License-Identifier: Apache-2.0
/** The indicium: signed contents, symbol, layout, verification (rules F2, F4). */
@Export
@Version("2.0.0")
package org.porto.indicium.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
