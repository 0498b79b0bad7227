// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.api;

import org.porto.model.api.Money;
import org.porto.model.api.TransactionId;

/**
 * @param mailClass 1 to 32 characters {@code a-z 0-9 -}
 * @param recipient for the person who looks at the sheet, at most 80 characters; not in the indicium
 * @param printer empty for the best one
 * @param profile indicium profile, empty for the default
 */
public record FrankRequest(
        TransactionId transaction,
        Money value,
        String mailClass,
        String recipient,
        PaymentSource source,
        String printer,
        String profile) {}
