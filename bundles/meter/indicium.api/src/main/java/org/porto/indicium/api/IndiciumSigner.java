// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.api;

import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/** Signs with the meter's key. Thread-safe. */
@ProviderType
public interface IndiciumSigner {

    /** Profiles there are, default first. */
    java.util.List<String> profiles();

    /** @param profile empty for the default. @throws RefusedException {@code IND-006} */
    SignedIndicium sign(String profile, IndiciumData data) throws RefusedException;
}
