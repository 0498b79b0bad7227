// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.api;

/** What a driver drives. */
public enum DriverKind {
    READER("reader"),
    PRINTER("printer");

    private final String word;

    DriverKind(String word) {
        this.word = word;
    }

    /** As commands and configuration name it. */
    public String word() {
        return word;
    }
}
