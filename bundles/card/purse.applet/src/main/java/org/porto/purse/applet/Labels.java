// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

/** Labels of derivations and MACs, ten ASCII bytes each. Constants: never written. */
final class Labels {

    static final byte[] SESSION_ENC = {'P', 'O', 'R', 'T', 'O', '-', 'S', 'E', 'N', 'C'};
    static final byte[] SESSION_MAC = {'P', 'O', 'R', 'T', 'O', '-', 'S', 'M', 'A', 'C'};
    static final byte[] CARD_PROOF = {'P', 'O', 'R', 'T', 'O', '-', 'C', 'C', 'R', 'Y'};
    static final byte[] HOST_PROOF = {'P', 'O', 'R', 'T', 'O', '-', 'H', 'C', 'R', 'Y'};
    static final byte[] HANDLE = {'P', 'O', 'R', 'T', 'O', '-', 'H', 'N', 'D', 'L'};
    static final byte[] NEXT = {'P', 'O', 'R', 'T', 'O', '-', 'N', 'E', 'X', 'T'};
    static final byte[] FRESH = {'P', 'O', 'R', 'T', 'O', '-', 'F', 'R', 'S', 'H'};
    static final byte[] LOADED = {'P', 'O', 'R', 'T', 'O', '-', 'L', 'O', 'A', 'D'};
    static final byte[] INTERNAL = {'P', 'O', 'R', 'T', 'O', '-', 'I', 'A', 'U', 'T'};
    static final byte[] ORDER_ENC = {'P', 'O', 'R', 'T', 'O', '-', 'A', 'E', 'N', 'C'};
    static final byte[] ORDER_MAC = {'P', 'O', 'R', 'T', 'O', '-', 'A', 'M', 'A', 'C'};
    static final byte[] ISSUER = {'I', 'S', 'S', 'U', 'E', 'R', '0', '0'};

    private Labels() {}
}
