// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

/** Life cycle of the purse (rule P5). */
public enum PurseState {
    BLANK,
    OPERATIONAL,
    INVALIDATED,
    TERMINATED
}
