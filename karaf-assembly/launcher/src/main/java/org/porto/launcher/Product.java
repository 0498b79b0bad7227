// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * An unpacked assembly: libraries, bundles and default configuration; nothing in it changes while instances run.
 *
 * @param name {@code meter} or {@code datacentre}
 * @param home root folder of the assembly
 */
public record Product(String name, Path home) {

    /** The class-data archive that {@link ClassDataArchive} makes at install. */
    public Path classDataArchive() {
        return home.resolve("lib").resolve("porto.jsa");
    }

    /** What tells one build of the assembly from another: the shipped configuration and the bundles' sizes and names. */
    public String fingerprint() throws LauncherException {
        try (Stream<Path> files = Files.walk(home)) {
            java.security.MessageDigest digest = java.security.MessageDigest.getInstance("SHA-256");
            List<Path> all = files.filter(Files::isRegularFile)
                    .filter(f -> f.startsWith(home.resolve("system")) || f.startsWith(home.resolve("etc")))
                    .sorted()
                    .toList();
            for (Path file : all) {
                digest.update(home.relativize(file).toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
                boolean ours = file.startsWith(home.resolve("system/org/porto")) || file.startsWith(home.resolve("etc"));
                digest.update(ours ? Files.readAllBytes(file) : new byte[] {1});
            }
            return java.util.HexFormat.of().formatHex(digest.digest());
        } catch (IOException | java.security.NoSuchAlgorithmException e) {
            throw new LauncherException("cannot read the assembly " + home + ": " + e.getMessage(), e);
        }
    }

    /**
     * What the virtual machine is told about collecting and compiling. The thresholds keep start-up code, which runs a few hundred
     * times and never again, away from both compilers; every compiler stays on and compiles hot code, such as the crypto's, as well
     * as ever, four times later. See docs/boot.md.
     */
    public static List<String> tuning() {
        return List.of(
                "-XX:+UseSerialGC",
                "-XX:Tier3InvocationThreshold=1000",
                "-XX:Tier3MinInvocationThreshold=500",
                "-XX:Tier3CompileThreshold=5000",
                "-XX:Tier4InvocationThreshold=20000",
                "-XX:Tier4MinInvocationThreshold=3000",
                "-XX:Tier4CompileThreshold=60000",
                "-XX:Tier4BackEdgeThreshold=160000",
                // at the default sizes a boot collects a dozen times, twice of them the whole heap for the sake of metaspace
                "-XX:MetaspaceSize=96m",
                "-Xms96m",
                "-Xmn48m",
                // while a boot keeps both cores busy the compilers give way to it (native priority: a nice value)
                "-XX:ThreadPriorityPolicy=1",
                "-XX:CompilerThreadPriority=8");
    }

    /** Command line of a product's virtual machine, without options of its own. */
    List<String> command(Path base, List<String> options) throws LauncherException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        // Without Karaf's two --patch-module flags: they would switch class-data sharing off. They serve bundles that bring an
        // XML parser of their own; none here does.
        for (String open : List.of(
                "java.base/java.security", "java.base/java.net", "java.base/java.lang", "java.base/java.util",
                "java.naming/javax.naming.spi", "java.rmi/sun.rmi.transport.tcp",
                // card.driver.pcsc comes back to a restarted PC/SC service only so
                "java.smartcardio/sun.security.smartcardio")) {
            line.add("--add-opens=" + open + "=ALL-UNNAMED");
        }
        for (String export : List.of(
                "java.base/sun.net.www.protocol.file", "java.base/sun.net.www.protocol.ftp",
                "java.base/sun.net.www.protocol.http", "java.base/sun.net.www.protocol.https",
                "java.base/sun.net.www.protocol.jar", "java.base/sun.net.www.content.text",
                "java.rmi/sun.rmi.registry", "java.security.sasl/com.sun.security.sasl",
                "java.naming/com.sun.jndi.ldap")) {
            line.add("--add-exports=" + export + "=ALL-UNNAMED");
        }
        line.addAll(tuning());
        line.add("-Xmx256m");
        line.add("-XX:+ExitOnOutOfMemoryError");
        line.add("-Djava.awt.headless=true");
        // the JDK's own algorithms serve the console; making a whole second provider for it costs a fifth of a second
        line.add("-Dorg.apache.sshd.security.provider.BC.enabled=false");
        line.addAll(options);
        line.add("-Dkaraf.home=" + home);
        line.add("-Dkaraf.base=" + base);
        line.add("-Dkaraf.data=" + base.resolve("data"));
        line.add("-Dkaraf.etc=" + base.resolve("etc"));
        line.add("-Dkaraf.log=" + base.resolve("data/log"));
        line.add("-Dkaraf.instances=" + base.resolve("instances"));
        line.add("-Djava.io.tmpdir=" + base.resolve("data/tmp"));
        line.add("-Djava.util.logging.config.file=" + base.resolve("etc/java.util.logging.properties"));
        line.add("-Dkaraf.startLocalConsole=false");
        line.add("-Dkaraf.startRemoteShell=true");
        line.add("-classpath");
        line.add(classPath());
        line.add("org.apache.karaf.main.Main");
        return line;
    }

    private String classPath() throws LauncherException {
        List<String> jars = new ArrayList<>();
        for (String folder : List.of("lib/boot", "lib/jdk9plus", "lib/endorsed")) {
            try (Stream<Path> files = Files.list(home.resolve(folder))) {
                files.filter(f -> f.toString().endsWith(".jar"))
                        // of lib/endorsed only the locator, which spec bundles ask for; stock Karaf patches it into java.base
                        .filter(f -> !folder.equals("lib/endorsed") || f.toString().contains("specs.locator"))
                        .sorted()
                        .forEach(f -> jars.add(f.toString()));
            } catch (IOException e) {
                throw new LauncherException(home + " is no assembly: " + e.getMessage() + ". Run ./porto build", e);
            }
        }
        return String.join(java.io.File.pathSeparator, jars);
    }
}
