// SPDX-License-Identifier: Apache-2.0
/** A virtual card: Java Card applets over a memory that is durable and can be torn. */
@Export
@Version("1.0.0")
package org.porto.javacard.runtime.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
