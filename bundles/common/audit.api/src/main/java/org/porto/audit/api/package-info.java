// SPDX-License-Identifier: Apache-2.0
/** The trail: who did what, when, with what end (rules A1, A2). */
@Export
@Version("1.0.0")
package org.porto.audit.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
