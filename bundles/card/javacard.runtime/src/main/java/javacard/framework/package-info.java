// SPDX-License-Identifier: Apache-2.0
/** Java Card classic 3.0.4, the subset that the product uses, over a durable memory. */
@Export
@Version("1.0.0")
package javacard.framework;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
