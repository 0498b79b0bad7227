// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

/**
 * The card's side of a predetermined relation (rules T4, T7).
 *
 * @param transfers number of the last transfer from this meter that the card applied, 0 for none
 * @param lastAmountMils its amount
 * @param movedMils total ever moved over this relation (W's totalizer)
 */
public record PairState(long transfers, long lastAmountMils, long movedMils) {}
