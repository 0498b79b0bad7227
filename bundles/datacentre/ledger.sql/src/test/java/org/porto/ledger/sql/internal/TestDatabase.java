// SPDX-License-Identifier: Apache-2.0
package org.porto.ledger.sql.internal;

import static org.junit.Assume.assumeTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.porto.model.api.RefusedException;
import org.porto.testkit.postgres.PostgresServer;

/** A database that is empty at first, with the pool that the product uses; either of the two kinds. */
final class TestDatabase implements AutoCloseable {

    /** The databases that every test of the ledger runs on. */
    enum Kind {
        H2,
        POSTGRESQL
    }

    /** A ledger and its pool, which are closed together. */
    record Open(SqlLedger ledger, HikariDataSource pool) implements AutoCloseable {
        @Override
        public void close() {
            ledger.close();
            pool.close();
        }
    }

    static final SqlLedger.Setting SETTING = new SqlLedger.Setting(512, 4, Duration.ofSeconds(20), Duration.ZERO);

    private final String url;
    private final PostgresServer server;

    private TestDatabase(String url, PostgresServer server) {
        this.url = url;
        this.server = server;
    }

    /** Skips the test where there is no PostgreSQL, unless the environment says {@code PORTO_POSTGRES=required}. */
    static TestDatabase make(Kind kind, Path folder) throws IOException {
        if (kind == Kind.H2) {
            return new TestDatabase("jdbc:h2:file:" + folder.resolve("ledger") + ";DB_CLOSE_ON_EXIT=FALSE", null);
        }
        Optional<Path> programs = PostgresServer.programs();
        if (programs.isEmpty() && "required".equals(System.getenv("PORTO_POSTGRES"))) {
            throw new IOException("no PostgreSQL is installed (Debian: apt-get install postgresql)");
        }
        assumeTrue("PostgreSQL is installed", programs.isPresent());
        return new TestDatabase(Shared.SERVER.fresh(programs.get()), null);
    }

    /** A server that the test stops and starts. */
    static TestDatabase ownServer() throws IOException {
        Optional<Path> programs = PostgresServer.programs();
        assumeTrue("PostgreSQL is installed", programs.isPresent() || "required".equals(System.getenv("PORTO_POSTGRES")));
        PostgresServer server = PostgresServer.start(programs.orElseThrow());
        return new TestDatabase(server.url(), server);
    }

    /** One server for all tests of this virtual machine, a database for each. */
    private enum Shared {
        SERVER;

        private PostgresServer server;
        private int databases;

        synchronized String fresh(Path programs) throws IOException {
            if (server == null) {
                server = PostgresServer.start(programs);
                Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
            }
            databases++;
            server.create("test" + databases);
            return server.url("test" + databases);
        }

        private synchronized void stop() {
            try {
                server.close();
            } catch (IOException e) {
                System.err.println("PostgreSQL did not stop: " + e.getMessage());
            }
        }
    }

    PostgresServer server() {
        return server;
    }

    String url() {
        return url;
    }

    Open open() throws RefusedException {
        return open(url, SETTING, InstantSource.system());
    }

    Open open(InstantSource time) throws RefusedException {
        return open(url, SETTING, time);
    }

    static Open open(String url, SqlLedger.Setting setting, InstantSource time) throws RefusedException {
        HikariDataSource pool = pool(url);
        boolean done = false;
        try {
            Open open = new Open(new SqlLedger(pool, setting, time), pool);
            done = true;
            return open;
        } finally {
            if (!done) {
                pool.close();
            }
        }
    }

    static HikariDataSource pool(String url) {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(url);
        config.setUsername("porto");
        config.setMaximumPoolSize(6);
        config.setMinimumIdle(1);
        config.setConnectionTimeout(2000);
        config.setInitializationFailTimeout(-1);
        return new HikariDataSource(config);
    }

    void sql(String... statements) throws SQLException {
        try (Connection c = DriverManager.getConnection(url, "porto", "");
                Statement s = c.createStatement()) {
            for (String one : statements) {
                s.execute(one);
            }
        }
    }

    @Override
    public void close() throws IOException {
        if (server != null) {
            server.close();
        }
    }
}
