// SPDX-License-Identifier: Apache-2.0
package org.porto.selftest.internal;

import java.util.Optional;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;
import org.porto.register.api.RegisterReader;
import org.porto.register.api.Registers;

/** What a healthy meter is: registers that can be read and balance (rule V2), and the keys that they and the host rest on. */
final class Check {

    static final String DEVICE_KEY = "device";
    static final String REGISTER_KEY = "register-mac";

    private final RegisterReader registers;
    private final KeyService keys;

    Check(RegisterReader registers, KeyService keys) {
        this.registers = registers;
        this.keys = keys;
    }

    /** Why the meter is not ready, empty when it is. */
    Optional<String> complaint() {
        for (String key : new String[] {DEVICE_KEY, REGISTER_KEY}) {
            if (keys.current(key).isEmpty()) {
                return Optional.of("key " + key + " is missing");
            }
        }
        try {
            Registers now = registers.registers();
            return now.balanced() ? Optional.empty() : Optional.of("registers do not balance");
        } catch (RefusedException e) {
            return Optional.of(e.getMessage());
        }
    }
}
