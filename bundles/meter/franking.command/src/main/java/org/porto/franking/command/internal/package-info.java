// SPDX-License-Identifier: Apache-2.0
@Header(name = "Karaf-Commands", value = "org.porto.franking.command.internal")
package org.porto.franking.command.internal;

import org.osgi.annotation.bundle.Header;
