// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.iso20022.internal;

import java.util.List;

/** What matters of a camt.054. */
record CreditNotice(String messageId, List<Credit> credits, int skipped) {

    /**
     * @param reference account servicer's reference, or the end-to-end id where there is none
     * @param amount decimal as in the file
     * @param remittance unstructured remittance information, lines joined by a space
     */
    record Credit(String iban, String reference, String amount, String currency, String remittance) {}
}
