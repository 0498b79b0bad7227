// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * A small world on one machine: a data centre, a meter, and a second station in a shop with a merchant point; they share the
 * loopback network, a drawer of cards, and what set-up pinned. Everything lies in one folder. Starting and power
 * cycling may be done from two threads; nothing else.
 */
public final class Site {

    public static final String DATACENTRE = "datacentre";
    public static final String METER = "meter";
    public static final String STATION = "station";
    /** Names of all instances, in starting order. */
    public static final List<String> NAMES = List.of(DATACENTRE, METER, STATION);

    private static final Duration READY_LIMIT = Duration.ofSeconds(120);

    private final Path folder;
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final Properties ports = new Properties();
    private final Map<String, Map<String, String>> pcsc = new LinkedHashMap<>();

    /** @param assemblies folder {@code karaf-assembly} of the build */
    public Site(Path assemblies, Path folder) {
        this.folder = folder.toAbsolutePath().normalize();
        Product datacentre = new Product(DATACENTRE, assemblies.resolve("datacentre/target/assembly"));
        Product meter = new Product(METER, assemblies.resolve("meter/target/assembly"));
        instances.put(DATACENTRE, new Instance(DATACENTRE, datacentre, this.folder.resolve(DATACENTRE)));
        instances.put(METER, new Instance(METER, meter, this.folder.resolve(METER)));
        instances.put(STATION, new Instance(STATION, meter, this.folder.resolve(STATION)));
    }

    public Path folder() {
        return folder;
    }

    public Instance instance(String name) throws LauncherException {
        Instance instance = instances.get(name);
        if (instance == null) {
            throw new LauncherException("no instance '" + name + "'; there are " + String.join(", ", NAMES));
        }
        return instance;
    }

    /**
     * Gives an instance PC/SC readers from its next start on; but for the data centre, whose drawer is its list of transport keys,
     * they take the place of the simulated ones.
     *
     * @param socket where the PC/SC service of this instance listens
     * @param configuration of the driver
     */
    public void pcscReaders(String name, Path socket, Map<String, String> configuration) throws LauncherException {
        instance(name).environment(Map.of("PCSCLITE_CSOCK_NAME", socket.toString()));
        pcsc.put(name, Map.copyOf(configuration));
    }

    /** Sets up what is not there yet and starts what does not run. Returns when all of them are ready. */
    public void up(List<String> names) throws LauncherException {
        synchronized (this) {
            prepare();
            for (String name : names) {
                instance(name).start();
            }
        }
        for (String name : names) {
            instance(name).awaitReady(READY_LIMIT);
        }
    }

    /** Cuts an instance's power and switches it on again; does not wait until it is ready. */
    public synchronized void powerCycle(String name) throws LauncherException {
        instance(name).kill();
        instance(name).start();
    }

    public void down() throws LauncherException {
        LauncherException first = null;
        for (Instance instance : instances.values()) {
            try {
                instance.stop();
            } catch (LauncherException e) {
                first = first == null ? e : first;
            }
        }
        if (first != null) {
            throw first;
        }
    }

    public Console console(String name) throws LauncherException {
        Instance instance = instance(name);
        if (!instance.running()) {
            throw new LauncherException(name + " does not run; start it with ./porto up");
        }
        loadPorts();
        return new Console(
                Integer.parseInt(ports.getProperty(name + ".ssh")), adminKey(), hostKey(instance).getPublic());
    }

    /** Address of the port that an instance's console listens on. */
    public int consolePort(String name) throws LauncherException {
        loadPorts();
        return Integer.parseInt(ports.getProperty(name + ".ssh", "0"));
    }

    /** Private key of the operator, PEM. */
    public Path adminKeyFile() {
        return folder.resolve("operator/id_rsa");
    }

    private KeyPair adminKey() throws LauncherException {
        return SshKeys.ensure(adminKeyFile());
    }

    private static KeyPair hostKey(Instance instance) throws LauncherException {
        return SshKeys.ensure(instance.base().resolve("store/host.key"));
    }

    /** Makes folders, keys and configuration of instances that do not run. */
    public void prepare() throws LauncherException {
        loadPorts();
        String operator = SshKeys.line(adminKey().getPublic()).split(" ")[1];
        boolean http = instance(DATACENTRE).running();
        if (!http) {
            port("http", 8180);
        }
        int nth = 0;
        for (Instance instance : instances.values()) {
            if (!instance.running()) {
                port(instance.name() + ".ssh", 8101 + nth);
                instance.install();
                hostKey(instance);
                common(instance, operator);
            }
            nth++;
        }
        savePorts();
        if (!instance(DATACENTRE).running()) {
            datacentre(instance(DATACENTRE));
        }
        meter(instance(METER), "PM000001", "psd");
        meter(instance(STATION), "PM000002", "meter");
        if (!instance(STATION).running()) {
            instance(STATION)
                    .configure(
                            "org.porto.merchant.point.cfg",
                            Map.of(
                                    "device", "SHOP0001",
                                    "directory", "${karaf.base}/store/merchant",
                                    "currency", "USD"));
        }
        writeKnownHosts();
    }

    private void common(Instance instance, String operator) throws LauncherException {
        String sshPort = ports.getProperty(instance.name() + ".ssh");
        instance.configure(
                "org.apache.karaf.shell.cfg",
                Map.of("sshPort", sshPort, "sshHost", "127.0.0.1", "hostKey", "${karaf.base}/store/host.key"));
        instance.configure("keys.properties", Map.of("admin", operator + ",_g_:admingroup"));
        Map<String, String> readers = pcsc.get(instance.name());
        if (readers != null) {
            instance.configure("org.porto.card.driver.pcsc.cfg", readers);
        }
        if (readers == null || instance.name().equals(DATACENTRE)) {
            instance.configure("org.porto.card.driver.sim.cfg", Map.of("directory", folder.resolve("cards").toString()));
        } else {
            instance.unconfigure("org.porto.card.driver.sim.cfg");
        }
    }

    private void datacentre(Instance instance) throws LauncherException {
        instance.configure(
                "org.apache.felix.http.cfg", Map.of("org.osgi.service.http.port", ports.getProperty("http")));
        instance.configure(
                "org.porto.issuer.core.cfg", Map.of("export.directory", folder.resolve("trust").toString()));
        instance.configure("org.porto.bank.iso20022.cfg", Map.of("directory", folder.resolve("bank").toString()));
    }

    private void meter(Instance instance, String serial, String profile) throws LauncherException {
        if (instance.running()) {
            return;
        }
        instance.configure("org.porto.meter.cfg", Map.of("serial", serial, "profile", profile));
        instance.configure(
                "org.porto.tms.channel.cfg",
                Map.of(
                        "host.url", "http://127.0.0.1:" + ports.getProperty("http"),
                        "trust.directory", folder.resolve("trust").toString()));
    }

    private void writeKnownHosts() throws LauncherException {
        StringBuilder lines = new StringBuilder();
        for (Instance instance : instances.values()) {
            lines.append("[127.0.0.1]:")
                    .append(ports.getProperty(instance.name() + ".ssh"))
                    .append(' ')
                    .append(SshKeys.line(hostKey(instance).getPublic()))
                    .append('\n');
        }
        try {
            Files.writeString(folder.resolve("operator/known_hosts"), lines);
        } catch (IOException e) {
            throw new LauncherException("cannot write known_hosts: " + e.getMessage(), e);
        }
    }

    /** Keeps a port while it is free; else takes another one. */
    private void port(String key, int first) throws LauncherException {
        int known = Integer.parseInt(ports.getProperty(key, Integer.toString(first)));
        if (!free(known) || taken(key, known)) {
            try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                known = any.getLocalPort();
            } catch (IOException e) {
                throw new LauncherException("no free port: " + e.getMessage(), e);
            }
        }
        ports.setProperty(key, Integer.toString(known));
    }

    private boolean taken(String key, int port) {
        return ports.stringPropertyNames().stream()
                .anyMatch(other -> !other.equals(key) && ports.getProperty(other).equals(Integer.toString(port)));
    }

    private static boolean free(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new java.net.InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void loadPorts() throws LauncherException {
        Path file = folder.resolve("ports.properties");
        try {
            Files.createDirectories(folder);
            if (Files.exists(file)) {
                try (var in = Files.newInputStream(file)) {
                    ports.load(in);
                }
            }
        } catch (IOException e) {
            throw new LauncherException("cannot read " + file + ": " + e.getMessage(), e);
        }
    }

    private void savePorts() throws LauncherException {
        StringBuilder lines = new StringBuilder("# loopback ports of this site\n");
        ports.stringPropertyNames().stream()
                .sorted()
                .forEach(key -> lines.append(key).append(" = ").append(ports.getProperty(key)).append('\n'));
        try {
            Files.writeString(folder.resolve("ports.properties"), lines);
        } catch (IOException e) {
            throw new LauncherException("cannot write ports: " + e.getMessage(), e);
        }
    }
}
