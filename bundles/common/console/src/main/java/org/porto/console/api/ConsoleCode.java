// SPDX-License-Identifier: Apache-2.0
package org.porto.console.api;

import org.porto.model.api.FailureCode;

/** Failures of what was typed, before any service is asked. */
public enum ConsoleCode implements FailureCode {
    SECRET_MISSING("CON-001", "no secret was given"),
    SECRET_TOO_LONG("CON-002", "secret is too long"),
    OPTION_OUT_OF_RANGE("CON-003", "option is out of its range"),
    FILE_EXISTS("CON-004", "file is there already"),
    FILE_FAILED("CON-005", "file cannot be written"),
    NOT_THERE("CON-006", "there is none of that name"),
    SECRETS_DIFFER("CON-007", "the two secrets differ");

    private final String code;
    private final String meaning;

    ConsoleCode(String code, String meaning) {
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
