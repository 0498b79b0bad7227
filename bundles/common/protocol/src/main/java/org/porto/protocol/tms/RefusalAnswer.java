// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/** Refused: nothing changed at the host (rule N3). */
public record RefusalAnswer(String nonce, String code, String message) implements TmsMessage {}
