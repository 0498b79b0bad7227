// SPDX-License-Identifier: Apache-2.0
/** Messages between certified devices, signed and encrypted end to end (rule S1); the link beneath is not trusted. */
@Export
@Version("1.0.0")
package org.porto.message.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
