// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

/** Bytes that are no valid record of this vault. */
final class BrokenRecordException extends Exception {

    private static final long serialVersionUID = 1L;

    BrokenRecordException(String why) {
        super(why);
    }

    BrokenRecordException(String why, Throwable cause) {
        super(why, cause);
    }
}
