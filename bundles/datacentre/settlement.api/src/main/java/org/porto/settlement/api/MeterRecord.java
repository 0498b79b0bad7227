// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.api;

/** A register record as uploaded. */
public record MeterRecord(
        long sequence, String kind, String transaction, long amountMils, long feeMils, String reference, byte[] hash) {}
