// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import java.time.Instant;

/**
 * What the vault wrote down for people when its stores did not agree (rule V4), or when it repaired one.
 *
 * @param name file name, for example {@code case-1} or {@code repair-3}
 * @param code stable code, {@code REG-012} for a lock
 * @param locks whether the vault stays shut until people have looked
 * @param text plain text, lines of {@code key: value}: both last records with sequence, hash, registers; what was done
 */
public record CaseFile(String name, Instant time, String code, boolean locks, String text) {}
