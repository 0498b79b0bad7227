// SPDX-License-Identifier: Apache-2.0
/** Binary records that cards sign, read or decrypt: big-endian, fixed fields first, DER signature last. Pages in docs/protocol. */
@Export
@Version("1.0.0")
package org.porto.protocol.card;

import org.osgi.annotation.bundle.Export;
import org.osgi.annotation.versioning.Version;
