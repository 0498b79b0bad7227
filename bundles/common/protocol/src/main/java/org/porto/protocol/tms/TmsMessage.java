// SPDX-License-Identifier: Apache-2.0
package org.porto.protocol.tms;

/**
 * A request or an answer. Every request carries a nonce that its answer repeats; amounts are integers in mils; byte fields are
 * base64 in JSON; times are epoch milliseconds.
 */
public sealed interface TmsMessage
        permits EnrolRequest, EnrolAnswer, RefillRequest, RefillAnswer, SyncRequest, SyncAnswer, BatchRequest, BatchAnswer,
                KeysRequest, KeysAnswer, RefusalAnswer {

    /** 32 hex digits, made by the requester. */
    String nonce();
}
