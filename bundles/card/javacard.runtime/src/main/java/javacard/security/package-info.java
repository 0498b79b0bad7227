// SPDX-License-Identifier: Apache-2.0
/** Java Card classic 3.0.4, the subset that the product uses; algorithms by the JDK. */
@Export
@Version("1.0.0")
package javacard.security;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
