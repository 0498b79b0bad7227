// SPDX-License-Identifier: Apache-2.0
/** Shell commands for cards in the reader and transfers to them. */
@Header(name = "Karaf-Commands", value = "org.porto.transfer.command")
package org.porto.transfer.command;

import org.osgi.annotation.bundle.Header;
