// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.api;

/**
 * What a session did.
 *
 * @param settlements transfers in doubt that the data centre settled
 */
public record SyncResult(int recordsUploaded, int receiptsAcknowledged, int pairings, long listVersion, int listEntries, int settlements) {}
