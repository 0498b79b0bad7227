// SPDX-License-Identifier: Apache-2.0
package javacard.security;

/** As in Java Card. */
public interface SecretKey extends Key {}
