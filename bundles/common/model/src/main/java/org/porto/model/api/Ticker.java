// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

/** Monotonic time for deadlines; never the wall clock. Thread-safe. */
@org.osgi.annotation.versioning.ProviderType
public interface Ticker {

    /** Nanoseconds since an arbitrary origin; never goes backwards. */
    long nanos();
}
