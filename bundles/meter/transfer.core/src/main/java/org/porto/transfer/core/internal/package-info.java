// SPDX-License-Identifier: Apache-2.0
/** Transfers of value from meter to card: W figure 8 as a state machine (rules T1-T9). docs/transfer.md tells the order. */
package org.porto.transfer.core.internal;
