// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

import org.porto.model.api.FailureCode;

/** Failures of the cryptographic services. */
public enum CryptoCode implements FailureCode {
    CERTIFICATE_INVALID("CRY-001", "certificate is not valid"),
    SEAL_BROKEN("CRY-002", "sealed data were altered or the key is another"),
    KEY_UNREADABLE("CRY-003", "key cannot be read"),
    SIGNATURE_WRONG("CRY-004", "signature is wrong");

    private final String code;
    private final String meaning;

    CryptoCode(String code, String meaning) {
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
