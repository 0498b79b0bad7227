// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

import java.util.List;
import java.util.Map;

/**
 * Everything else of a session (rule S4).
 *
 * @param registers null for a merchant point
 * @param records register records from the first one that the host has not acknowledged, at most 5000
 * @param applyReceipts signed {@link org.porto.protocol.card.ApplyReceipt}s not yet acknowledged
 * @param debitReceipts signed {@link org.porto.protocol.card.DebitReceipt}s of card-paid franking not yet acknowledged
 * @param inDoubt transfers in doubt, and those that the data centre settled, at most 1000
 * @param versions software versions: symbolic name to version
 * @param listVersion newest authorisation list held, 0 for none
 */
public record SyncRequest(
        String nonce,
        RegisterReport registers,
        List<RecordReport> records,
        List<byte[]> applyReceipts,
        List<byte[]> debitReceipts,
        List<DoubtReport> inDoubt,
        Map<String, String> versions,
        long listVersion)
        implements TmsMessage {

    public static final int RECORDS_MAX = 5000;
}
