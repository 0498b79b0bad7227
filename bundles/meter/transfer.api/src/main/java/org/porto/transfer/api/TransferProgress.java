// SPDX-License-Identifier: Apache-2.0
package org.porto.transfer.api;

import org.osgi.annotation.versioning.ConsumerType;

/** Told of each block that is reached, for people who wait. */
@ConsumerType
public interface TransferProgress {

    void reached(TransferBlock block);
}
