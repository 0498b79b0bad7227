// SPDX-License-Identifier: Apache-2.0
/** Shell commands on drivers. */
@Header(name = "Karaf-Commands", value = "org.porto.driver.command.internal")
package org.porto.driver.command.internal;

import org.osgi.annotation.bundle.Header;
