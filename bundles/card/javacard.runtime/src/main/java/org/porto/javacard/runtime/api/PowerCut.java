// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.api;

/** The card lost its power; what was durable stays. An error, so that no applet catches it. */
public final class PowerCut extends Error {

    private static final long serialVersionUID = 1L;

    public PowerCut(Throwable cause) {
        super("card lost its power", cause);
    }
}
