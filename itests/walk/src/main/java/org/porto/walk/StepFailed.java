// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

/** A step that did not end as it must. */
public final class StepFailed extends Exception {

    private static final long serialVersionUID = 1L;

    private final String code;

    StepFailed(String code, String message) {
        super(message);
        this.code = code;
    }

    /** Stable code of the product, empty when it told none. */
    String code() {
        return code;
    }
}
