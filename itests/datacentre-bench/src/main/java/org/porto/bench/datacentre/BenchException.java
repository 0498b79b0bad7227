// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.datacentre;

/** A measurement that cannot be made. */
final class BenchException extends Exception {

    private static final long serialVersionUID = 1L;

    BenchException(String message, Throwable cause) {
        super(message, cause);
    }
}
