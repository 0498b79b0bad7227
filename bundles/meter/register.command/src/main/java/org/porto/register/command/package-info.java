// SPDX-License-Identifier: Apache-2.0
/** Shell commands on the registers: to look and to keep the vault, never to spend. */
@Header(name = "Karaf-Commands", value = "org.porto.register.command")
package org.porto.register.command;

import org.osgi.annotation.bundle.Header;
