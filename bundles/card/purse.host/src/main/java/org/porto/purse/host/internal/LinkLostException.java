// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import org.porto.purse.api.PurseCode;

/** The session died in an exchange: what the card did is unknown. */
final class LinkLostException extends Exception {

    private static final long serialVersionUID = 1L;

    private final transient PurseCode code;

    LinkLostException(PurseCode code, String detail, Throwable cause) {
        super(detail, cause);
        this.code = code;
    }

    PurseCode code() {
        return code;
    }
}
