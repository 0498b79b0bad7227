// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.api;

import javacard.framework.Applet;

/** An applet that a bundle offers. */
public record AppletEntry(byte[] aid, Class<? extends Applet> appletClass) {

    public AppletEntry {
        aid = aid.clone();
    }

    @Override
    public byte[] aid() {
        return aid.clone();
    }
}
