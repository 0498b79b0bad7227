// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.api;

/** What a certified device may be (rule N2). The role is the organisational unit (OU) of the subject. */
public enum CertificateRole {
    ISSUER,
    DATACENTRE,
    METER,
    MERCHANT,
    CARD
}
