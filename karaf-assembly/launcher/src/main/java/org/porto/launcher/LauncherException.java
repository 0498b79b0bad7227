// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

/** Something that the person at the keyboard can act on; the message says what. */
public final class LauncherException extends Exception {

    private static final long serialVersionUID = 1L;

    public LauncherException(String message) {
        super(message);
    }

    public LauncherException(String message, Throwable cause) {
        super(message, cause);
    }
}
