// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.iso20022.internal;

/** One credit transfer of a payout. */
record Payment(String merchant, String name, String iban, long mils) {}
