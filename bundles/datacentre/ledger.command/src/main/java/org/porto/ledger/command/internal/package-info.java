// SPDX-License-Identifier: Apache-2.0
/** Shell commands on the ledger. */
@Header(name = "Karaf-Commands", value = "org.porto.ledger.command.internal")
package org.porto.ledger.command.internal;

import org.osgi.annotation.bundle.Header;
