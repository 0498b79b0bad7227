// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

/** A stable failure code; each api has an enum of them. A code is never reused. Implemented by enums only. */
public interface FailureCode {

    /** Three letters, a hyphen, three digits: {@code REG-017}. */
    String code();

    /** What it means, one clause, without details of the case. */
    String meaning();
}
