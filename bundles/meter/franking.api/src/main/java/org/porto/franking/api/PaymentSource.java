// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.api;

/** Who pays a piece (rule F5): never both. */
public enum PaymentSource {
    REGISTERS,
    CARD
}
