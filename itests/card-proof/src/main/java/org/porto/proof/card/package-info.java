// SPDX-License-Identifier: Apache-2.0
/** The proof of card and transfer, {@code ./porto prove card}. */
package org.porto.proof.card;
