// SPDX-License-Identifier: Apache-2.0
package org.porto.merchant.api;

/** @param state {@code sent}, {@code accepted} */
public record Batch(long number, int purchases, long totalMils, int accepted, long acceptedMils, String state) {}
