// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import org.osgi.annotation.versioning.ConsumerType;

/**
 * Whiteboard: told of every transition of every transfer, in order for each, on the thread that moves the money and after the transition
 * is durable. Returns at once; what it throws is logged and changes nothing.
 */
@ConsumerType
public interface TransferListener {

    void moved(TransferEvent event);
}
