// SPDX-License-Identifier: Apache-2.0
/** Shell commands for bank files. */
@Header(name = "Karaf-Commands", value = "org.porto.bank.command.internal")
package org.porto.bank.command.internal;

import org.osgi.annotation.bundle.Header;
