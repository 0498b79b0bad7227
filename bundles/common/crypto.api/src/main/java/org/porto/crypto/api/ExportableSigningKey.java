// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

import org.osgi.annotation.versioning.ProviderType;

/** A signing key whose private part can leave: only key stores hold one. */
@ProviderType
public interface ExportableSigningKey extends SigningKey {

    /** The private key as PKCS #8, DER. */
    SecretBytes export(SecretAccess access);
}
