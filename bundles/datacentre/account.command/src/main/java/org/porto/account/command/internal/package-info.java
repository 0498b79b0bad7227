// SPDX-License-Identifier: Apache-2.0
/** Shell commands on accounts and ledger. */
@Header(name = "Karaf-Commands", value = "org.porto.account.command.internal")
package org.porto.account.command.internal;

import org.osgi.annotation.bundle.Header;
