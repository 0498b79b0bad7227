// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.api;

import java.time.Instant;

/**
 * What may be shown of a key.
 *
 * @param name purpose, for example {@code device} or {@code register-mac}
 * @param version from 1, rising with every roll-over
 * @param checkValue first 6 hex digits of SHA-256 over the public key, or of the CMAC of 16 zero bytes
 * @param current whether new work uses this version
 */
public record KeyInfo(String name, KeyKind kind, int version, String checkValue, Instant created, boolean current) {}
