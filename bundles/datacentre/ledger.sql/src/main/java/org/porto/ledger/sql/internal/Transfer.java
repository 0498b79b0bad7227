// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.sql.ResultSet;
import java.sql.SQLException;
import org.porto.ledger.api.LedgerEntry;

/**
 * A client's id and what became of it.
 *
 * @param row the entry that began it
 * @param settled what was booked of a reservation, 0 while nothing is
 */
record Transfer(Row row, boolean twoPhase, String state, long settled) {

    static final String COLUMNS = Row.COLUMNS + ", t.two_phase, t.state, t.settled";
    static final String TABLES = " FROM transfer t JOIN journal j ON j.entry_no = t.entry_no ";

    static Transfer of(ResultSet row) throws SQLException {
        return new Transfer(
                Row.of(row),
                row.getInt(Row.COLUMN_COUNT + 1) == 1,
                row.getString(Row.COLUMN_COUNT + 2),
                row.getLong(Row.COLUMN_COUNT + 3));
    }

    Transfer ended(String newState, long newSettled) {
        return new Transfer(row, twoPhase, newState, newSettled);
    }

    boolean pending() {
        return state.equals("pending");
    }

    LedgerEntry entry() {
        return row.entry(state, twoPhase && state.equals("posted") ? settled : row.amount());
    }
}
