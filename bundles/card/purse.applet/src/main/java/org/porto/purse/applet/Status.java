// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

/** Status words: ISO/IEC 7816-4:2020 clause 5.6 where it has one, 94xx for what only a purse can say. */
final class Status {

    static final short OK = (short) 0x9000;
    static final short PIN_WRONG = (short) 0x63C0;
    static final short LENGTH_WRONG = (short) 0x6700;
    static final short SECURITY = (short) 0x6982;
    static final short BLOCKED = (short) 0x6983;
    static final short CONDITIONS = (short) 0x6985;
    static final short MESSAGE_WRONG = (short) 0x6988;
    static final short DATA_WRONG = (short) 0x6A80;
    static final short RECORD_ABSENT = (short) 0x6A83;
    static final short FULL = (short) 0x6A84;
    static final short P1P2_WRONG = (short) 0x6A86;
    static final short REFERENCE_ABSENT = (short) 0x6A88;
    static final short INS_WRONG = (short) 0x6D00;
    static final short CLA_WRONG = (short) 0x6E00;
    static final short FUNDS = (short) 0x9401;
    static final short AMOUNT = (short) 0x9402;
    static final short COUNTER_END = (short) 0x9403;
    static final short CURRENCY = (short) 0x9404;
    static final short CARD_BLOCKED = (short) 0x9405;
    static final short RECORD_UNKNOWN = (short) 0x9406;
    static final short CARD_WRONG = (short) 0x9407;
    static final short KEY_ABSENT = (short) 0x9408;

    private Status() {}
}
