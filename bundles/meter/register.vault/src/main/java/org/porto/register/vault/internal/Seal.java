// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import java.util.Optional;
import org.porto.crypto.api.SymmetricKey;
import org.porto.keys.api.KeyCode;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

/** Authenticates records under the key {@code register-mac} (rule V3); the version is in the record, so the key may roll over. */
final class Seal {

    static final String KEY = "register-mac";

    private record Handle(int version, SymmetricKey key) {}

    private final KeyService keys;

    /** The key that was used last: records of one version come in thousands. */
    private volatile Handle handle;

    Seal(KeyService keys) {
        this.keys = keys;
    }

    /** The key is made with the first record. */
    int currentVersion() throws RefusedException {
        Optional<KeyInfo> current = keys.current(KEY);
        if (current.isEmpty()) {
            keys.symmetricKey(KEY);
            current = keys.current(KEY);
        }
        return current.orElseThrow(() -> new RefusedException(KeyCode.KEY_MISSING, KEY)).version();
    }

    /** A version above this one: that of a roll-over which did not come to its record, else a new one. */
    int nextVersion(int above) throws RefusedException {
        int current = currentVersion();
        return current > above ? current : keys.rollOver(KEY).version();
    }

    byte[] mac(int version, byte[] bytes) throws RefusedException {
        try {
            return key(version).mac(bytes);
        } catch (IllegalStateException e) { // closed by a zeroisation meanwhile
            handle = null;
            return keys.symmetricKey(KEY, version).mac(bytes);
        }
    }

    private SymmetricKey key(int version) throws RefusedException {
        Handle known = handle;
        if (known == null || known.version() != version) {
            known = new Handle(version, keys.symmetricKey(KEY, version));
            handle = known;
        }
        return known.key();
    }

    /**
     * A withdrawn meter has no keys any more (rule V6): its records are then read on CRC and chain alone. The vault accepts that
     * only when the last record is the withdrawal, on which nothing can follow.
     */
    boolean verify(int version, byte[] mac, byte[] bytes) throws BrokenRecordException {
        try {
            try {
                return key(version).verifyMac(mac, bytes);
            } catch (IllegalStateException e) { // closed by a zeroisation meanwhile
                handle = null;
                return keys.symmetricKey(KEY, version).verifyMac(mac, bytes);
            }
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
