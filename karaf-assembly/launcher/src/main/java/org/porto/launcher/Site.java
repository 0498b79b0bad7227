// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

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

    private static final Duration LISTEN_LIMIT = Duration.ofSeconds(20);
    private final PortRegister register = new PortRegister();
    private final Path folder;
    private final Map<String, Instance> instances = new LinkedHashMap<>();
    private final Properties ports = new Properties();
    private final Map<String, Map<String, String>> pcsc = new LinkedHashMap<>();
    private Thread ending;
    private boolean over;

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

    /** Sets up what is not there yet and starts what does not run. Returns when all of them are ready and listen on their ports. */
    public void up(List<String> names) throws LauncherException {
        List<String> started = start(names);
        for (String name : names) {
            instance(name).awaitReady(READY_LIMIT);
        }
        List<String> deaf = new ArrayList<>();
        for (String name : started) {
            if (!listens(name)) {
                deaf.add(name);
            }
        }
        for (String name : deaf) { // somebody took a port between set-up and start: once more, on another
            instance(name).stop();
            loadPorts();
            ports.remove(name + ".ssh");
            if (name.equals(DATACENTRE)) {
                ports.remove("http");
            }
            savePorts();
            start(List.of(name));
            instance(name).awaitReady(READY_LIMIT);
            if (!listens(name)) {
                throw new LauncherException(name + " runs, but its ports are not its own; see " + instance(name).base().resolve("data/log"));
            }
        }
        if (deaf.contains(DATACENTRE)) { // the others ask it under its old address
            for (String name : List.of(METER, STATION)) {
                if (instance(name).running()) {
                    instance(name).stop();
                    start(List.of(name));
                    instance(name).awaitReady(READY_LIMIT);
                }
            }
        }
    }

    /** @return those that did not run before */
    private synchronized List<String> start(List<String> names) throws LauncherException {
        if (over) {
            throw new LauncherException("site " + folder + " is being ended");
        }
        prepare();
        List<String> started = new ArrayList<>();
        for (String name : names) {
            if (!instance(name).running()) {
                started.add(name);
            }
            instance(name).start();
        }
        return started;
    }

    /** Whether this instance, and not another program, answers at the ports that it was given. */
    private boolean listens(String name) throws LauncherException {
        long end = System.nanoTime() + LISTEN_LIMIT.toNanos();
        while (instance(name).running()) {
            try (Console console = console(name)) {
                console.greet(); // only with the host key of this instance
                if (!name.equals(DATACENTRE) || healthy()) {
                    return true;
                }
            } catch (LauncherException e) {
                if (System.nanoTime() > end) {
                    return false;
                }
            }
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        }
        throw new LauncherException(name + " has ended; see " + instance(name).base().resolve("data/log"));
    }

    private boolean healthy() {
        try {
            URLConnection health = new URL("http://127.0.0.1:" + ports.getProperty("http") + "/health").openConnection();
            health.setConnectTimeout((int) LISTEN_LIMIT.toMillis());
            health.setReadTimeout((int) LISTEN_LIMIT.toMillis());
            try (InputStream in = health.getInputStream()) {
                return new String(in.readNBytes(100), StandardCharsets.US_ASCII).contains("\"UP\"");
            }
        } catch (IOException e) {
            return false;
        }
    }

    /** Cuts an instance's power and switches it on again; does not wait until it is ready. */
    public synchronized void powerCycle(String name) throws LauncherException {
        if (over) {
            throw new LauncherException("site " + folder + " is being ended");
        }
        instance(name).kill();
        instance(name).start();
    }

    public synchronized void down() throws LauncherException {
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

    /** Ends everything when this process is ended from outside (SIGTERM, SIGINT); nothing starts any more. */
    public synchronized void endWithProcess() {
        if (ending == null) {
            ending = new Thread(this::end, "end of site");
            Runtime.getRuntime().addShutdownHook(ending);
        }
    }

    private void end() {
        synchronized (this) {
            over = true;
        }
        try {
            down();
        } catch (LauncherException e) {
            System.err.println("porto: " + e.getMessage());
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
        Set<Integer> others = ports.stringPropertyNames().stream()
                .filter(other -> !other.equals(key))
                .map(other -> Integer.parseInt(ports.getProperty(other)))
                .collect(Collectors.toSet());
        ports.setProperty(key, Integer.toString(register.take(known, others, folder)));
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
