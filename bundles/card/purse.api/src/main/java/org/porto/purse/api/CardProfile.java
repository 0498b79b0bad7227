// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import java.util.Currency;
import org.porto.model.api.CardId;

/**
 * What the issuer puts on a blank card.
 *
 * @param certificate signed card-verifiable certificate over the key that the card made, encoded with its signature
 * @param datacentreKey SubjectPublicKeyInfo that signs orders
 * @param datacentreKeyVersion 1 to 255
 * @param issuerKey SubjectPublicKeyInfo that signs certificates of peers
 * @param issuerKeyVersion 1 to 255
 * @param pinTries 3 mostly
 * @param recognitionTries 10 mostly
 */
public record CardProfile(
        CardId card,
        Currency currency,
        long balanceMilsMax,
        long transactionMilsMax,
        byte[] certificate,
        byte[] datacentreKey,
        int datacentreKeyVersion,
        byte[] issuerKey,
        int issuerKeyVersion,
        int pinTries,
        int recognitionTries) {}
