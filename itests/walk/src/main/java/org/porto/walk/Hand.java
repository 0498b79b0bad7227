// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import org.porto.launcher.LauncherException;

/** Whoever holds the card of the walk and carries it from reader to reader. */
interface Hand {

    /** What is printed on the card. */
    String CARD = "card-1";

    /** Of the card that this hand holds. */
    default String label() {
        return CARD;
    }

    /** The blank card and its transport key are there. Idempotent. */
    void make() throws StepFailed, LauncherException;

    /** Takes the card to an instance, out of whatever reader it is in; on return it is seen there. */
    void insert(String instance) throws StepFailed, LauncherException;
}
