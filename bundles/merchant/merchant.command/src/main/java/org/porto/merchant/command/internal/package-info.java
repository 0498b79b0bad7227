// SPDX-License-Identifier: Apache-2.0
/** Shell commands of scope merchant. */
@Header(name = "Karaf-Commands", value = "org.porto.merchant.command.internal")
package org.porto.merchant.command.internal;

import org.osgi.annotation.bundle.Header;
