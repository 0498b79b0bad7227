// SPDX-License-Identifier: Apache-2.0
/** Named keys behind handles: life cycle, durable store, wrapping of secrets of other stores. */
@Export
@Version("1.0.0")
package org.porto.keys.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
