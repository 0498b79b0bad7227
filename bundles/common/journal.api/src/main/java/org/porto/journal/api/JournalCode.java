// SPDX-License-Identifier: Apache-2.0
package org.porto.journal.api;

import org.porto.model.api.FailureCode;

/** Failures of journals. */
public enum JournalCode implements FailureCode {
    BROKEN("JRN-001", "journal is damaged"),
    IN_USE("JRN-002", "journal is open elsewhere"),
    WRITE_FAILED("JRN-003", "journal cannot be written; it is closed until reopened"),
    TOO_LARGE("JRN-004", "record is too large"),
    CLOSED("JRN-005", "journal is closed");

    private final String code;
    private final String meaning;

    JournalCode(String code, String meaning) {
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
