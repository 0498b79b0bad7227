// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

/** Capability to see raw key bytes. Held by crypto and keys providers; every use is found by a search for this name. */
public final class SecretAccess {

    private static final SecretAccess TOKEN = new SecretAccess();

    private SecretAccess() {}

    /** Call it only where raw bytes must leave a handle, and say why there. */
    public static SecretAccess insecureSecretAccess() {
        return TOKEN;
    }
}
