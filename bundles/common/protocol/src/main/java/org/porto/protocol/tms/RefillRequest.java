// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/** A refill (rule S2). The same refill number always brings the same answer; its amount cannot be changed (S3). */
public record RefillRequest(String nonce, long refillNumber, String transaction, long amountMils, RegisterReport registers)
        implements TmsMessage {}
