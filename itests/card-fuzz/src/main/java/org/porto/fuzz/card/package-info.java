// SPDX-License-Identifier: Apache-2.0
/** Coverage-guided fuzzing of both sides of the card protocol. */
package org.porto.fuzz.card;
