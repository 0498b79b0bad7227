// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

import java.util.List;

/**
 * @param keySet {@link org.porto.protocol.card.CardKeySet} with its signature
 * @param cardCertificates of the asking device, {@link org.porto.protocol.card.CardCertificate} with its signature: one by each key of the
 *     issuer that is the newest of a card in service
 */
public record KeysAnswer(String nonce, byte[] keySet, List<byte[]> cardCertificates) implements TmsMessage {}
