// SPDX-License-Identifier: Apache-2.0
package org.porto.card.drawer.api;

/**
 * A card that somebody holds.
 *
 * @param label printed on the plastic; file name without its ending, 1 to 32 of {@code a-z 0-9 -}
 * @param slot name of the slot that it is in here, empty when it lies in the drawer
 */
public record DrawerCard(String label, String slot) {}
