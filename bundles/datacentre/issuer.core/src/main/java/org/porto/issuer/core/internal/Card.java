// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import org.porto.issuer.api.CardInfo;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;

/** A card on the books; one that is not issued yet is an intent. Arrays are never changed once here. */
record Card(
        CardId id,
        CustomerId customer,
        String label,
        String currency,
        long balanceMilsMax,
        long transactionMilsMax,
        byte[] routingTag,
        byte[] point,
        byte[] certificate,
        int orderKeyVersion,
        boolean issued) {

    /** Its certificate, as the issuer made it. */
    CardCertificate certified() {
        try {
            return CardCertificate.parse(Signed.split(certificate, CardCertificate.BYTES).body());
        } catch (CardRecordException e) {
            throw new IllegalStateException("certificate of card " + id, e);
        }
    }

    Card asIssued() {
        return new Card(
                id,
                customer,
                label,
                currency,
                balanceMilsMax,
                transactionMilsMax,
                routingTag,
                point,
                certificate,
                orderKeyVersion,
                true);
    }

    CardInfo info() {
        return new CardInfo(id, customer, label, currency, balanceMilsMax, routingTag.clone(), point.clone());
    }
}
