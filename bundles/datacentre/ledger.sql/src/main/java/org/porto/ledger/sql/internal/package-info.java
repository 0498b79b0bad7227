// SPDX-License-Identifier: Apache-2.0
/** Ledger in a SQL database. The PostgreSQL driver is looked for only when the URL asks for it. */
@Header(name = "DynamicImport-Package", value = "org.postgresql")
package org.porto.ledger.sql.internal;

import org.osgi.annotation.bundle.Header;
