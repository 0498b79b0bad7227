// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.api;

import java.nio.file.Path;

/** @param file the pain.001 written; the same file again when the same payout is asked for again */
public record PayoutResult(String messageId, Path file, int payments, long amountMils) {}
