// SPDX-License-Identifier: Apache-2.0
/** Shell commands of the scopes audit and keys, and the recorder of all commands. */
@Header(name = "Karaf-Commands", value = "org.porto.system.command.internal")
package org.porto.system.command.internal;

import org.osgi.annotation.bundle.Header;
