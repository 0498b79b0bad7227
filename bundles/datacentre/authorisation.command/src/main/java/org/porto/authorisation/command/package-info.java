// SPDX-License-Identifier: Apache-2.0
/** Shell commands on recharge authorisations. */
@Header(name = "Karaf-Commands", value = "org.porto.authorisation.command")
package org.porto.authorisation.command;

import org.osgi.annotation.bundle.Header;
