// SPDX-License-Identifier: Apache-2.0
package org.porto.card.drawer.api;

import org.porto.model.api.FailureCode;

/** Failures of the drawer of virtual cards. */
public enum DrawerCode implements FailureCode {
    CARD_UNKNOWN("DRW-001", "no such card in the drawer"),
    SLOT_OCCUPIED("DRW-002", "a card is in the slot"),
    SLOT_EMPTY("DRW-003", "no card in the slot"),
    CARD_ELSEWHERE("DRW-004", "card is in another reader"),
    STORE_FAILED("DRW-005", "drawer cannot be read or written"),
    LABEL_UNUSABLE("DRW-006", "label is in use or not a label"),
    APPLET_MISSING("DRW-007", "no purse applet is installed");

    private final String code;
    private final String meaning;

    DrawerCode(String code, String meaning) {
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
