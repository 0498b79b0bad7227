// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/**
 * @param certificate X.509 of the device, DER
 * @param cardCertificate {@link org.porto.protocol.card.CardCertificate} of the device with its signature
 * @param issuerCertificate X.509 of the issuer, DER
 * @param listKey public key (SubjectPublicKeyInfo) that signs authorisation lists
 * @param currency ISO 4217 alphabetic
 * @param itemMilsMin least value of one franking, mils
 * @param itemMilsMax most value of one franking, mils
 * @param balanceMilsMax most value in the descending register, mils
 * @param inspectionDeadlineMillis first inspection deadline
 */
public record EnrolAnswer(
        String nonce,
        byte[] certificate,
        byte[] cardCertificate,
        byte[] issuerCertificate,
        byte[] listKey,
        String customer,
        String currency,
        long itemMilsMin,
        long itemMilsMax,
        long balanceMilsMax,
        long inspectionDeadlineMillis)
        implements TmsMessage {}
