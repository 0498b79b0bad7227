// SPDX-License-Identifier: Apache-2.0
package org.porto.print.api;

import org.porto.model.api.FailureCode;

/** Failures of printing. */
public enum PrintCode implements FailureCode {
    PRINTER_MISSING("PRT-001", "no such printer"),
    PRINTER_BUSY("PRT-002", "printer is busy"),
    PRINTER_FAILED("PRT-003", "printer failed"),
    MEDIUM_FAILED("PRT-004", "paper or ink failed"),
    OUTCOME_UNKNOWN("PRT-005", "printer did not answer; the sheet may be printed"),
    DRIVER_QUARANTINED("PRT-006", "driver is in quarantine");

    private final String code;
    private final String meaning;

    PrintCode(String code, String meaning) {
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
