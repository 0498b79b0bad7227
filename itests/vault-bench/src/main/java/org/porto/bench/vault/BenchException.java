// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.vault;

/** The measurement cannot go on. */
final class BenchException extends Exception {

    private static final long serialVersionUID = 1L;

    BenchException(String message) {
        super(message);
    }

    BenchException(String message, Throwable cause) {
        super(message + ": " + cause, cause);
    }
}
