// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.api;

/** Strict mode: an applet changed its persistent memory past the card's knowledge. A defect of the applet. */
public final class UntrackedWrite extends Error {

    private static final long serialVersionUID = 1L;

    public UntrackedWrite(String message) {
        super(message);
    }
}
