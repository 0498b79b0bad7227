// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.api;

import java.io.IOException;

/** No bundle offers the applet of the card; one may come. */
public final class AppletMissingException extends IOException {

    private static final long serialVersionUID = 1L;

    public AppletMissingException(String card) {
        super("no applet for the card " + card);
    }
}
