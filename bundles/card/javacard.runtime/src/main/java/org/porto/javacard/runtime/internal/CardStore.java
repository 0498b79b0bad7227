// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.io.IOException;

/** Where a card's memory is durable. */
public interface CardStore {

    /** On return the image is durable. After a failure it may be either way; the card must be loaded again. */
    void save(byte[] image) throws IOException;
}
