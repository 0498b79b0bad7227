// SPDX-License-Identifier: Apache-2.0
package org.porto.meter.api;

import org.osgi.annotation.versioning.ProviderType;

/**
 * Readiness as a service: registered, with property {@code osgi.condition.id=org.porto.ready}, exactly while the self test finds
 * the meter healthy. A component that must not work on a sick meter references it.
 */
@ProviderType
public interface MeterReady {

    String CONDITION_ID = "org.porto.ready";
}
