// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

/** States of a transfer, named after the blocks of W figure 8. */
public enum TransferBlock {
    INSERTED_110,
    RECOGNISED_111,
    PIN_113,
    AMOUNT_118,
    FUNDS_119,
    REGISTERS_120,
    PERSONALITY_121,
    DONE,
    UNDONE,
    IN_DOUBT
}
