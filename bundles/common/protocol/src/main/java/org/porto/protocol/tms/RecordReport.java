// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/**
 * One register record, uploaded once and in order (rule S4).
 *
 * @param kind name of the register operation
 * @param amountMils value moved
 * @param feeMils fee part, 0 mostly
 * @param reference the other side: card id, mail class, refill number
 * @param hash chain hash of the record
 */
public record RecordReport(
        long sequence,
        String kind,
        String transaction,
        long amountMils,
        long feeMils,
        String reference,
        long timeMillis,
        byte[] hash) {}
