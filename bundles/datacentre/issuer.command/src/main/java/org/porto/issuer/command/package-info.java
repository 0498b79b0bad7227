// SPDX-License-Identifier: Apache-2.0
/** Shell commands of the issuer. */
@Header(name = "Karaf-Commands", value = "org.porto.issuer.command")
package org.porto.issuer.command;

import org.osgi.annotation.bundle.Header;
