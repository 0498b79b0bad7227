// SPDX-License-Identifier: Apache-2.0
/** Shell commands of scope recharge. */
@Header(name = "Karaf-Commands", value = "org.porto.recharge.command.internal")
package org.porto.recharge.command.internal;

import org.osgi.annotation.bundle.Header;
