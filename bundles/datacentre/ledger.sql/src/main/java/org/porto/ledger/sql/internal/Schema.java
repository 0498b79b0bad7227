// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.porto.ledger.api.LedgerCode;
import org.porto.model.api.RefusedException;

/** Brings the schema up to date: scripts {@code V<n>__<name>.sql}, each run once, in order; a changed script is refused. */
final class Schema {

    private static final List<String> SCRIPTS = List.of("V1__ledger.sql");

    private Schema() {}

    static Void migrate(Connection connection) throws SQLException, RefusedException {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE IF NOT EXISTS schema_version (version INTEGER NOT NULL PRIMARY KEY,"
                    + " script VARCHAR(128) NOT NULL, checksum VARCHAR(64) NOT NULL)");
            int newest = 0;
            try (ResultSet row = statement.executeQuery("SELECT COALESCE(MAX(version), 0) FROM schema_version")) {
                row.next();
                newest = row.getInt(1);
            }
            if (newest > SCRIPTS.size()) {
                throw new RefusedException(LedgerCode.DATABASE_FAILED, "schema " + newest + " is newer than this program");
            }
        }
        for (int version = 1; version <= SCRIPTS.size(); version++) {
            apply(connection, version, SCRIPTS.get(version - 1));
        }
        return null;
    }

    private static void apply(Connection connection, int version, String script) throws SQLException, RefusedException {
        String text = text(script);
        String checksum = Chain.hex(text.getBytes(StandardCharsets.UTF_8));
        try (PreparedStatement query = connection.prepareStatement("SELECT checksum FROM schema_version WHERE version = ?")) {
            query.setInt(1, version);
            try (ResultSet row = query.executeQuery()) {
                if (row.next()) {
                    if (!row.getString(1).equals(checksum)) {
                        throw new RefusedException(LedgerCode.DATABASE_FAILED, script + " is not the script that was run");
                    }
                    return;
                }
            }
        }
        String sql = text.replaceAll("(?m)^--.*$", "");
        try (Statement statement = connection.createStatement()) {
            for (String one : sql.split(";\\s*\n")) {
                if (!one.isBlank()) {
                    statement.execute(one);
                }
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO schema_version (version, script, checksum) VALUES (?, ?, ?)")) {
            insert.setInt(1, version);
            insert.setString(2, script);
            insert.setString(3, checksum);
            insert.executeUpdate();
        }
    }

    private static String text(String script) {
        try (InputStream in = Schema.class.getResourceAsStream(script)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
