// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.api;

import java.time.Instant;
import java.time.LocalDate;
import org.porto.model.api.CardId;
import org.porto.model.api.TransactionId;

/**
 * @param entryId 32 hex digits, as in lists
 * @param controlSumMils what the card must have (rules P1, R2)
 */
public record AuthorisationInfo(
        TransactionId id,
        CardId card,
        long amountMils,
        long controlSumMils,
        LocalDate notAfter,
        String entryId,
        AuthorisationState state,
        Instant since) {}
