// SPDX-License-Identifier: Apache-2.0
/** The drawer of virtual cards: made, inserted and removed by hand, as a person does with real ones. */
@Export
@Version("1.0.0")
package org.porto.card.drawer.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
