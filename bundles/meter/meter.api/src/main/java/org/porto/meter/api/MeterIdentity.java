// SPDX-License-Identifier: Apache-2.0
package org.porto.meter.api;

import java.util.Currency;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.DeviceId;

/** From configuration, fixed while running. Thread-safe. */
@ProviderType
public interface MeterIdentity {

    DeviceId serial();

    /** {@code psd} (networked printers) or {@code meter} (one built-in printer). */
    String profile();

    /** Hardware model that drivers are matched with. */
    String hardwareModel();

    Currency currency();
}
