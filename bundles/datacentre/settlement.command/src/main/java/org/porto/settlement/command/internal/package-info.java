// SPDX-License-Identifier: Apache-2.0
/** Shell commands for settlement. */
@Header(name = "Karaf-Commands", value = "org.porto.settlement.command.internal")
package org.porto.settlement.command.internal;

import org.osgi.annotation.bundle.Header;
