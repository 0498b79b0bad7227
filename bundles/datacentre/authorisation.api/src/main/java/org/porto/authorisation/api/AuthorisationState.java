// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.api;

/** Life of an authorisation. */
public enum AuthorisationState {
    PENDING,
    APPLIED,
    EXPIRED,
    VOID
}
