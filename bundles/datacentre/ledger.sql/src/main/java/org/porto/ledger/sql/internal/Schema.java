// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.io.StringReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.ResourceProvider;
import org.flywaydb.core.api.migration.JavaMigration;
import org.flywaydb.core.api.resource.LoadableResource;
import org.porto.ledger.api.LedgerCode;
import org.porto.model.api.RefusedException;

/** Brings the schema up to date with Flyway. Scripts are named one by one: a bundle is not searched for them. */
final class Schema {

    private static final List<String> SCRIPTS = List.of("V1__ledger.sql", "V2__two_phase.sql");
    /** The first script as the ledger's own migration wrote it into {@code schema_version}, before there was Flyway here. */
    private static final String V1_CHECKSUM = "fc91c16538fb122441781b7bc093ccf535964fc1b7d638afc0cf1a789a982a64";

    private Schema() {}

    /** Safe to run by several processes at once. */
    static void migrate(DataSource source) throws SQLException, RefusedException {
        Flyway flyway = Flyway.configure(Flyway.class.getClassLoader())
                .loggers("slf4j")
                .dataSource(source)
                .resourceProvider(new Scripts())
                .javaMigrationClassProvider(Schema::noClasses)
                .baselineVersion("1")
                .baselineDescription("ledger")
                .placeholderReplacement(false)
                .cleanDisabled(true)
                .load();
        try {
            if (homeMade(source)) {
                flyway.baseline();
                retire(source);
            }
            flyway.migrate();
        } catch (FlywayException e) {
            for (Throwable cause = e; cause != null; cause = cause.getCause()) {
                if (cause instanceof SQLException sql) {
                    throw sql;
                }
            }
            throw new RefusedException(LedgerCode.DATABASE_FAILED, "schema: " + e.getMessage(), e);
        }
    }

    private static Collection<Class<? extends JavaMigration>> noClasses() {
        return List.of();
    }

    /** @return whether the schema is the first one, made without Flyway, and not yet handed over to it */
    private static boolean homeMade(DataSource source) throws SQLException, RefusedException {
        try (Connection connection = source.getConnection()) {
            if (!exists(connection, "schema_version")) {
                return false;
            }
            try (PreparedStatement query = connection.prepareStatement("SELECT version, checksum FROM schema_version ORDER BY version");
                    ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return false;
                }
                if (row.getInt(1) != 1 || !row.getString(2).equals(V1_CHECKSUM)) {
                    throw new RefusedException(LedgerCode.DATABASE_FAILED, "the schema is not the one that this program made");
                }
                return !row.next();
            }
        }
    }

    /** A program from before would take this schema for its own: a newer version stops it. */
    private static void retire(DataSource source) throws SQLException {
        try (Connection connection = source.getConnection();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO schema_version (version, script, checksum) VALUES (2, 'see flyway_schema_history', '')")) {
            connection.setAutoCommit(true);
            insert.executeUpdate();
        }
    }

    private static boolean exists(Connection connection, String table) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(
                "SELECT 1 FROM information_schema.tables WHERE LOWER(table_name) = ? AND table_schema = CURRENT_SCHEMA")) {
            query.setString(1, table);
            try (ResultSet row = query.executeQuery()) {
                return row.next();
            }
        }
    }

    private static final class Scripts implements ResourceProvider {

        @Override
        public LoadableResource getResource(String name) {
            return SCRIPTS.contains(name) ? new Script(name) : null;
        }

        @Override
        public Collection<LoadableResource> getResources(String prefix, String[] suffixes) {
            return SCRIPTS.stream()
                    .filter(name -> name.startsWith(prefix) && Arrays.stream(suffixes).anyMatch(name::endsWith))
                    .<LoadableResource>map(Script::new)
                    .toList();
        }
    }

    private static final class Script extends LoadableResource {

        private final String name;

        Script(String name) {
            this.name = name;
        }

        @Override
        public Reader read() {
            try (InputStream in = Schema.class.getResourceAsStream(name)) {
                return new StringReader(new String(in.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public String getAbsolutePath() {
            return name;
        }

        @Override
        public String getAbsolutePathOnDisk() {
            return name;
        }

        @Override
        public String getFilename() {
            return name;
        }

        @Override
        public String getRelativePath() {
            return name;
        }
    }
}
