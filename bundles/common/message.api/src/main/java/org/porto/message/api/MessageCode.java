// SPDX-License-Identifier: Apache-2.0
package org.porto.message.api;

import org.porto.model.api.FailureCode;

/** Failures of message protection. */
public enum MessageCode implements FailureCode {
    MALFORMED("MSG-001", "message cannot be read"),
    NOT_FOR_US("MSG-002", "message is for another key"),
    SIGNATURE_WRONG("MSG-003", "message signature is wrong"),
    TOO_LARGE("MSG-004", "message is too large");

    private final String code;
    private final String meaning;

    MessageCode(String code, String meaning) {
        this.code = code;
        this.meaning = meaning;
    }

    @Override
    public String code() {
        return code;
    }

    @Override
    public String meaning() {
        return meaning;
    }
}
