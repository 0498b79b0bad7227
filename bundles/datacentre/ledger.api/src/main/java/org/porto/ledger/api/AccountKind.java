// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.api;

/** What an account is and therefore which side it grows on. */
public enum AccountKind {
    /** Grows by debits: money that the operator has. */
    ASSET,
    /** Grows by credits: money owed to somebody. May not fall below zero. */
    LIABILITY,
    /** Grows by credits: what the operator earned. May not fall below zero. */
    INCOME
}
