// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/** The refill is booked at the host; the meter credits it under the same transaction id. */
public record RefillAnswer(String nonce, long refillNumber, String transaction, long amountMils, String hostReference)
        implements TmsMessage {}
