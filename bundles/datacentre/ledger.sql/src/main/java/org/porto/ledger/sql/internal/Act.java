// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.util.List;
import org.porto.model.api.RefusedException;

/**
 * One caller's wish. It may be run again from the start, so it keeps nothing.
 *
 * @param ids transfers that it may look at; their accounts come with them
 * @param accounts accounts that it may look at
 */
record Act<T>(List<String> ids, List<String> accounts, Step<T> step) {

    interface Step<T> {
        T run(Book book) throws RefusedException;
    }
}
