// SPDX-License-Identifier: Apache-2.0
/** Cryptography by purpose (style 7): P-256 signatures and agreement, AES-CMAC, SP 800-108 derivation, sealing, X.509. */
@Export
@Version("1.0.0")
package org.porto.crypto.api;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
