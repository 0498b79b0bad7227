// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import org.porto.keys.api.KeyCode;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

/** Authenticates records under the key {@code register-mac} (rule V3); the version is in the record, so the key may roll over. */
final class Seal {

    static final String KEY = "register-mac";

    private final KeyService keys;

    Seal(KeyService keys) {
        this.keys = keys;
    }

    /** The key is made with the first record. */
    int currentVersion() throws RefusedException {
        if (keys.current(KEY).isEmpty()) {
            keys.symmetricKey(KEY);
        }
        return keys.current(KEY)
                .map(KeyInfo::version)
                .orElseThrow(() -> new RefusedException(KeyCode.KEY_MISSING, KEY));
    }

    /** @return the new version, in use from now on */
    int rollOver() throws RefusedException {
        return keys.rollOver(KEY).version();
    }

    byte[] mac(int version, byte[] bytes) throws RefusedException {
        return keys.symmetricKey(KEY, version).mac(bytes);
    }

    /**
     * A withdrawn meter has no keys any more (rule V6): its records are then read on CRC and chain alone. The vault accepts that
     * only when the last record is the withdrawal, on which nothing can follow.
     */
    boolean verify(int version, byte[] mac, byte[] bytes) throws BrokenRecordException {
        try {
            return keys.symmetricKey(KEY, version).verifyMac(mac, bytes);
        } catch (RefusedException e) {
            if (e.code().equals(KeyCode.ZEROISED.code())) {
                return true;
            }
            throw new BrokenRecordException("MAC key version " + version + ": " + e.getMessage(), e);
        }
    }

    boolean zeroised() {
        try {
            keys.symmetricKey(KEY, 1);
            return false;
        } catch (RefusedException e) {
            return e.code().equals(KeyCode.ZEROISED.code());
        }
    }
}
