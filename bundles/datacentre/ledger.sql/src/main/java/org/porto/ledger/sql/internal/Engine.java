// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.SQLRecoverableException;
import java.sql.SQLTransientException;
import java.sql.Statement;
import org.porto.ledger.api.LedgerCode;
import org.porto.model.api.RefusedException;

/** Where the two databases differ. */
enum Engine {
    H2(Connection.TRANSACTION_SERIALIZABLE) {
        @Override
        void check(Connection connection) throws SQLException, RefusedException {
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("SELECT LOCK_MODE()")) {
                if (row.next() && row.getInt(1) == 0) {
                    throw new RefusedException(LedgerCode.DATABASE_FAILED, "LOCK_MODE is 0: writers would not wait for each other");
                }
            }
        }

        /** Hands its pages to the operating system at commit, no further; this makes the disk have them. */
        @Override
        void sync(Connection connection) throws SQLException {
            try (Statement statement = connection.createStatement()) {
                statement.execute("CHECKPOINT SYNC");
            }
        }
    },

    POSTGRESQL(Connection.TRANSACTION_REPEATABLE_READ) {
        @Override
        void check(Connection connection) throws SQLException, RefusedException {
            for (String setting : new String[] {"fsync", "synchronous_commit"}) {
                try (Statement statement = connection.createStatement();
                        ResultSet row = statement.executeQuery("SHOW " + setting)) {
                    if (row.next() && row.getString(1).equals("off")) {
                        throw new RefusedException(LedgerCode.DATABASE_FAILED, setting + " is off: a commit would not be durable");
                    }
                }
            }
        }

        @Override
        void sync(Connection connection) {
            // its commit is durable
        }
    };

    private final int snapshot;

    Engine(int snapshot) {
        this.snapshot = snapshot;
    }

    /** @throws RefusedException {@code LED-010} when the database is set up so that a commit may be lost */
    abstract void check(Connection connection) throws SQLException, RefusedException;

    /** After a commit: returns when the disk has it. */
    abstract void sync(Connection connection) throws SQLException;

    /** Isolation in which a transaction sees one moment. */
    int snapshot() {
        return snapshot;
    }

    static Engine of(Connection connection) throws SQLException, RefusedException {
        String product = connection.getMetaData().getDatabaseProductName();
        return switch (product) {
            case "H2" -> H2;
            case "PostgreSQL" -> POSTGRESQL;
            default -> throw new RefusedException(LedgerCode.DATABASE_FAILED, "neither H2 nor PostgreSQL: " + product);
        };
    }

    /** Whether the same may go well a moment later. */
    static boolean temporary(SQLException e) {
        if (e instanceof SQLTransientException || e instanceof SQLRecoverableException) {
            return true;
        }
        String state = e.getSQLState() == null ? "" : e.getSQLState();
        // 40 rollback asked for, 55 and HYT00 lock not had, 08 57 90 25P03 connection gone, 53 out of something for now
        return state.startsWith("40") || state.startsWith("55") || state.startsWith("HYT") || state.startsWith("08")
                || state.startsWith("57") || state.startsWith("90") || state.startsWith("53") || state.equals("25P03");
    }
}
