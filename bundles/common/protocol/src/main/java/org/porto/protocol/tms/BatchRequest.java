// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

import java.util.List;

/**
 * A merchant's batch (rule M1). The same batch number always brings the same answer.
 *
 * @param receipts signed {@link org.porto.protocol.card.DebitReceipt}s
 * @param totalMils sum of their amounts
 */
public record BatchRequest(String nonce, long batchNumber, List<byte[]> receipts, long totalMils) implements TmsMessage {}
