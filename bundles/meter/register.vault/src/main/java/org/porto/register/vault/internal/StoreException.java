// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import org.porto.register.api.RegisterCode;

/** A store could not do its work: whatever it was doing may have happened or not. The vault closes (rule V8). */
final class StoreException extends Exception {

    private static final long serialVersionUID = 1L;

    private final RegisterCode code;

    StoreException(RegisterCode code, String detail) {
        this(code, detail, null);
    }

    StoreException(RegisterCode code, String detail, Throwable cause) {
        super(detail, cause);
        this.code = code;
    }

    RegisterCode code() {
        return code;
    }
}
