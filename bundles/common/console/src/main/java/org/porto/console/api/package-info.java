// SPDX-License-Identifier: Apache-2.0
/** What shell commands share: listings as table or JSON, masked prompts. */
@Export
@Version("1.0.0")
package org.porto.console.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
