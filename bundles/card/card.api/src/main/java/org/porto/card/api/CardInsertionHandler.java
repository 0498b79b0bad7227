// SPDX-License-Identifier: Apache-2.0
package org.porto.card.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: told of every inserted card, one card after the other, by service ranking, on a thread of the registry. Claims the
 * reader itself if it wants the card; returns within 30 s.
 */
@ConsumerType
public interface CardInsertionHandler {

    void cardInserted(String readerName);
}
