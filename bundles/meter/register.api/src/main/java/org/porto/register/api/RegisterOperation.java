// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

import java.time.Instant;
import java.util.Currency;
import java.util.Objects;

/**
 * A change of the registers; what it does is its type. Amounts in mils. Nothing in it is null: that is found where it is made and not
 * in the vault, where it would cut off other callers' changes in the same batch.
 */
public sealed interface RegisterOperation {

    /** Name in records and uploads; never changes. */
    String kind();

    /** UNINITIALISED to AUTHORISED: currency and limits are set, once (V6). */
    record Authorise(Currency currency, RegisterLimits limits) implements RegisterOperation {
        public Authorise {
            Objects.requireNonNull(currency, "currency");
            Objects.requireNonNull(limits, "limits");
        }

        @Override
        public String kind() {
            return "authorise";
        }
    }

    /** AUTHORISED to OPERATIONAL. */
    record Activate() implements RegisterOperation {
        @Override
        public String kind() {
            return "activate";
        }
    }

    /** D and R up. */
    record Refill(long amount, long refillNumber) implements RegisterOperation {
        @Override
        public String kind() {
            return "refill";
        }
    }

    /** D down, A up, one piece (a zero value counts as a zero piece too). */
    record Frank(long amount, String mailClass) implements RegisterOperation {
        public Frank {
            Objects.requireNonNull(mailClass, "mailClass");
        }

        @Override
        public String kind() {
            return "frank";
        }
    }

    /** P up, A up, one piece: paid by a card (rule F5). */
    record FrankByCard(long amount, String mailClass, String card) implements RegisterOperation {
        public FrankByCard {
            Objects.requireNonNull(mailClass, "mailClass");
            Objects.requireNonNull(card, "card");
        }

        @Override
        public String kind() {
            return "frank-by-card";
        }
    }

    /** D to T, of amount and fee: the value leaves for a card (rule T5). */
    record TransferOut(long amount, long fee, String card) implements RegisterOperation {
        public TransferOut {
            Objects.requireNonNull(card, "card");
        }

        @Override
        public String kind() {
            return "transfer-out";
        }
    }

    /** T to X (and fee to F): the transfer-out of this other transaction id is done. */
    record TransferDone(org.porto.model.api.TransactionId transferOut) implements RegisterOperation {
        public TransferDone {
            Objects.requireNonNull(transferOut, "transferOut");
        }

        @Override
        public String kind() {
            return "transfer-done";
        }
    }

    /** T back to D. */
    record TransferUndone(org.porto.model.api.TransactionId transferOut) implements RegisterOperation {
        public TransferUndone {
            Objects.requireNonNull(transferOut, "transferOut");
        }

        @Override
        public String kind() {
            return "transfer-undone";
        }
    }

    /** New inspection deadline. */
    record Inspected(Instant deadline) implements RegisterOperation {
        public Inspected {
            Objects.requireNonNull(deadline, "deadline");
        }

        @Override
        public String kind() {
            return "inspected";
        }
    }

    /** OPERATIONAL to LOCKED. */
    record Lock(String reason) implements RegisterOperation {
        public Lock {
            Objects.requireNonNull(reason, "reason");
        }

        @Override
        public String kind() {
            return "lock";
        }
    }

    /** LOCKED to OPERATIONAL. */
    record Unlock() implements RegisterOperation {
        @Override
        public String kind() {
            return "unlock";
        }
    }

    /** D to W, then WITHDRAWN for good. */
    record Withdraw() implements RegisterOperation {
        @Override
        public String kind() {
            return "withdraw";
        }
    }
}
