// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import java.time.Instant;

/**
 * Where a meter stands between two contacts with its data centre (rule V7).
 *
 * @param profile {@code 90/120}, {@code 72h}, {@code 21+7} or {@code host}
 * @param warnFrom from here on people are warned; {@link Instant#EPOCH} before the first contact
 * @param deadline from here on nothing is spent ({@code REG-017}) until the next contact; EPOCH before the first
 */
public record Inspection(String profile, Instant warnFrom, Instant deadline, Phase phase) {

    /** How urgent a contact is. */
    public enum Phase {
        NOT_BEGUN,
        GOOD,
        DUE,
        OVERDUE
    }
}
