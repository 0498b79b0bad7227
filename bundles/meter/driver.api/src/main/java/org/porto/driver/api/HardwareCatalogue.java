// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.api;

import java.util.Collection;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;

/**
 * Hardware models and the drivers that serve them. It may change at any time: whoever chooses a driver asks again. Thread-safe,
 * never blocks.
 */
@ProviderType
public interface HardwareCatalogue {

    /** In place of a model, for a product that is no meter: every driver serves it. */
    String NO_MODEL = "*";

    /**
     * How a driver fits. In this order: what the catalogue says of the driver for this model; then, unless the model takes named
     * drivers only, what the driver itself declares.
     *
     * @param declaredModels models that the driver says it serves, {@code *} for any
     */
    Fit fit(DriverKind kind, String driverId, Collection<String> declaredModels, String hardwareModel);

    /** Ids of drivers that the catalogue names for the model, best first; empty when the model is not in it. */
    List<String> named(DriverKind kind, String hardwareModel);

    /** The models there are, sorted. */
    List<String> models();

    /** One line about a model for people, empty when it is not in the catalogue. */
    String description(String hardwareModel);
}
