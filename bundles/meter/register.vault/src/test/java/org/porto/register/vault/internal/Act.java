// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.time.Instant;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterRecord;

/** One call of a vault, and of the model. Without an operation it is the roll-over of the key. */
record Act(TransactionId id, RegisterOperation operation) {

    static Act of(long number, RegisterOperation operation) {
        return new Act(Bench.id(number), operation);
    }

    static Act rollKey(long number) {
        return new Act(Bench.id(number), null);
    }

    RegisterRecord on(Vault vault) throws RefusedException, UncertainException {
        return operation == null ? vault.rollKey(id) : vault.post(id, operation);
    }

    String on(PureModel model, Instant at) {
        return operation == null ? model.roll(id, at) : model.post(id, operation, at);
    }

    String kind() {
        return operation == null ? "key-rolled" : operation.kind();
    }
}
