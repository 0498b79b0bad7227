// SPDX-License-Identifier: Apache-2.0
package org.porto.register.api;

/** Life of a meter (rule V6). */
public enum MeterState {
    UNINITIALISED,
    AUTHORISED,
    OPERATIONAL,
    LOCKED,
    WITHDRAWN
}
