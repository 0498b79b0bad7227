// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/** Asks for the keys that card hosts work with (rule S4). */
public record KeysRequest(String nonce) implements TmsMessage {}
