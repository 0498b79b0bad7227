// SPDX-License-Identifier: Apache-2.0
/** Shell commands of the drawer of virtual cards. */
@Header(name = "Karaf-Commands", value = "org.porto.card.command.internal")
package org.porto.card.command.internal;

import org.osgi.annotation.bundle.Header;
