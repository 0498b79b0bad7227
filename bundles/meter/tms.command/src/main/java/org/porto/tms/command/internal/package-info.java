// SPDX-License-Identifier: Apache-2.0
/** Shell commands of scope tms. */
@Header(name = "Karaf-Commands", value = "org.porto.tms.command.internal")
package org.porto.tms.command.internal;

import org.osgi.annotation.bundle.Header;
