// SPDX-License-Identifier: Apache-2.0
/** Ledger in a SQL database, which comes as a service. */
package org.porto.ledger.sql.internal;
