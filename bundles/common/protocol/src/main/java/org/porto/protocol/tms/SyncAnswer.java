// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

import java.util.List;

/**
 * @param acknowledgedSequence register records up to here are booked
 * @param acknowledgedReceipts hex SHA-256 of each receipt that the host holds now
 * @param inspectionDeadlineMillis new inspection deadline (rule V7)
 * @param pairings all relations in force for this meter
 * @param listVersion newest published list
 * @param keysNumber of the newest {@link org.porto.protocol.card.CardKeySet}; a device that holds an older one asks by {@link KeysRequest}
 * @param settlements signed {@link SettlementOrder}s for transfers that this meter reports in doubt
 */
public record SyncAnswer(
        String nonce,
        long acknowledgedSequence,
        List<String> acknowledgedReceipts,
        long inspectionDeadlineMillis,
        List<PairingGrant> pairings,
        long listVersion,
        long keysNumber,
        List<byte[]> settlements)
        implements TmsMessage {}
