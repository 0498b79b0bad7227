// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

/** An algorithm object: nothing of it outlives a reset, which is stricter than Java Card, where it goes back to its last init. */
public interface Engine {

    /** Forgets everything. */
    void forget();
}
