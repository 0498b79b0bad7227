// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.api;

/** What a session did. */
public record SyncResult(int recordsUploaded, int receiptsAcknowledged, int pairings, long listVersion, int listEntries) {}
