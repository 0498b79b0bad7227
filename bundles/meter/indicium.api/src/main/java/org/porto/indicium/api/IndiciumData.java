// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.api;

import java.time.LocalDate;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;

/**
 * What an indicium says.
 *
 * @param pieceCount piece count register after the debit
 * @param ascendingMils ascending register after the debit
 * @param descendingMils descending register after the debit
 * @param rate mail class, 1 to 32 characters {@code a-z 0-9 -}
 */
public record IndiciumData(
        DeviceId device,
        long pieceCount,
        long ascendingMils,
        long descendingMils,
        Money value,
        LocalDate date,
        String rate) {}
