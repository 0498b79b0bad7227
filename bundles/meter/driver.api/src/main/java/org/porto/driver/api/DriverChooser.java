// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/** A registry that chooses drivers and can say why. Thread-safe; does not ask the devices. */
@ProviderType
public interface DriverChooser {

    /**
     * Best first: those that serve this product, then by rank, then by name; each with why it is taken or passed over. Drivers that the
     * catalogue names and that are not there come last.
     */
    List<DriverVerdict> explain();
}
