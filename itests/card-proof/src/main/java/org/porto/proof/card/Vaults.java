// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.util.List;
import java.util.function.Consumer;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterVault;
import org.porto.register.api.Registers;
import org.porto.register.api.TransitItem;

/** Register vaults of a world that are not its memory doubles: {@code src/realvault} has the product's, compiled when they are asked for. */
public interface Vaults {

    /** What a vault holds. */
    record State(Registers registers, List<TransitItem> items) {}

    /** Where durable steps are counted, and the power goes. */
    interface Steps {
        /** @param fall told before the power goes: whether behind the step */
        void step(Runnable durable, Consumer<Boolean> fall);
    }

    /** A new one with that much in D. */
    RegisterVault fresh(String name, long money) throws PortoException;

    /** Opened when it is not. */
    RegisterVault open(String name);

    /** The machine ends. */
    void off(String name);

    /** Counts no step. */
    State look(String name) throws RefusedException;

    /** Copies of everything. */
    Object image();

    /** Machines are off after it. */
    void restore(Object image);
}
