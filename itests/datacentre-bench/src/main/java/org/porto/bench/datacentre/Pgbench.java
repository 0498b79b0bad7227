// SPDX-License-Identifier: Apache-2.0
package org.porto.bench.datacentre;

import java.io.IOException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.porto.testkit.postgres.PostgresServer;

/** PostgreSQL's own TPC-B-like load, with prepared statements as our driver has them. */
final class Pgbench {

    private static final Pattern TPS = Pattern.compile("tps = ([0-9.]+)");
    private static final String DATABASE = "pgbench";

    private final PostgresServer server;

    Pgbench(PostgresServer server, int scale) throws IOException {
        this.server = server;
        server.create(DATABASE);
        server.program("pgbench", "-h", "127.0.0.1", "-p", Integer.toString(server.port()), "-U", "porto",
                "-i", "-I", "dtGvp", "-q", "-s", Integer.toString(scale), DATABASE);
    }

    /** Transactions a second. */
    double run(int clients, int seconds) throws IOException {
        String out = server.program("pgbench", "-h", "127.0.0.1", "-p", Integer.toString(server.port()), "-U", "porto",
                "-n", "-M", "prepared", "-c", Integer.toString(clients), "-j", Integer.toString(Math.min(2, clients)),
                "-T", Integer.toString(seconds), DATABASE);
        Matcher tps = TPS.matcher(out);
        if (!tps.find()) {
            throw new IOException("pgbench tells no tps: " + out);
        }
        return Double.parseDouble(tps.group(1));
    }
}
