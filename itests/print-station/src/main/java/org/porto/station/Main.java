// SPDX-License-Identifier: Apache-2.0
package org.porto.station;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;

/** The print station as a program of its own. */
public final class Main {

    private Main() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Map<String, String> options = new HashMap<>(Map.of("--port", "9199", "--address", "127.0.0.1", "--format", "pdf", "--dpi", "300"));
        for (int i = 0; i + 1 < arguments.length; i += 2) {
            options.put(arguments[i], arguments[i + 1]);
        }
        if (arguments.length % 2 != 0 || !options.containsKey("--folder") || !options.containsKey("--trust")) {
            System.err.println("print-station --folder SHEETS --trust METERS [--port 9199] [--address 127.0.0.1] [--format pdf|png] [--dpi 300]");
            System.exit(2);
        }
        try (PrintStation station = new PrintStation(
                InetAddress.getByName(options.get("--address")),
                Integer.parseInt(options.get("--port")),
                Path.of(options.get("--folder")),
                Path.of(options.get("--trust")),
                options.get("--format").equals("pdf"),
                Integer.parseInt(options.get("--dpi")))) {
            System.out.println("print station on port " + station.port());
            new CountDownLatch(1).await();
        }
    }
}
