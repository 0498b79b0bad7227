// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.api;

import org.porto.model.api.FailureCode;

/** Failures of the key store. */
public enum KeyCode implements FailureCode {
    STORE_BROKEN("KEY-001", "key store cannot be read"),
    KEY_MISSING("KEY-002", "no such key"),
    KEY_KIND("KEY-003", "key is of another kind"),
    NAME_TAKEN("KEY-004", "key exists already"),
    ZEROISED("KEY-005", "keys were zeroised"),
    WRITE_FAILED("KEY-006", "key store cannot be written");

    private final String code;
    private final String meaning;

    KeyCode(String code, String meaning) {
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
