// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.api;

/** What a stored key is. */
public enum KeyKind {
    /** P-256 private key. */
    SIGNING,
    /** AES-256 key. */
    SYMMETRIC
}
