// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

/** An account in the trial balance; one of the two sides is zero. Mils. */
public record TrialLine(String account, AccountKind kind, String currency, long debitMils, long creditMils) {}
