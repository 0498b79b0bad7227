// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

import java.util.List;

/**
 * @param acceptedMils sum credited to the merchant
 * @param rejected for each receipt not accepted: its hex SHA-256, a space, the code
 */
public record BatchAnswer(String nonce, long batchNumber, int accepted, long acceptedMils, List<String> rejected)
        implements TmsMessage {}
