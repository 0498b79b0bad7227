// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.jar.JarFile;
import java.util.jar.Manifest;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;

/**
 * Writes THIRD-PARTY.txt from what an assembly really ships: every jar of others, its version and its licence, as the jar itself tells
 * (bundle header, embedded POM, embedded licence text). Fails on a jar that tells none or one that must not be linked.
 */
public final class Notices {

    /** Jars whose licence stands on their project's pages only. */
    private static final Map<String, String> KNOWN = Map.of(
            "org.apache.felix.http.servlet-api", "Apache-2.0",
            "antlr-runtime", "BSD-3-Clause",
            "org.eclipse.osgi", "EPL-2.0",
            "jcl-over-slf4j", "MIT",
            "jipp-core", "MIT",
            "kotlin-stdlib", "Apache-2.0");

    private static final Pattern POM_LICENCE = Pattern.compile("<license>\\s*<name>([^<]+)</name>");
    private static final Pattern FORBIDDEN = Pattern.compile("(?i)\\b(A?GPL|GNU (Affero )?General Public)\\b");

    private Notices() {}

    /** @param arguments assembly folder, output file */
    public static void main(String[] arguments) throws IOException {
        Path assembly = Path.of(arguments[0]);
        Path output = Path.of(arguments[1]);
        Map<String, String> lines = new TreeMap<>();
        List<String> wrong = new ArrayList<>();
        try (Stream<Path> files = Files.walk(assembly)) {
            for (Path jar : files.filter(f -> f.toString().endsWith(".jar")).toList()) {
                if (jar.toString().contains("/org/porto/")) {
                    embedded(jar, lines, wrong);
                    continue;
                }
                String name = jar.getFileName().toString();
                String licence = licence(jar);
                if (licence.isEmpty()) {
                    wrong.add(name + " tells no licence");
                } else if (FORBIDDEN.matcher(licence).find() && !licence.matches("(?i).*(classpath|apache|EPL|eclipse|CDDL|LGPL|MPL).*")) {
                    wrong.add(name + " is under " + licence);
                }
                lines.put(name, licence);
            }
        }
        if (!wrong.isEmpty()) {
            throw new IOException("third-party licences: " + wrong);
        }
        StringBuilder text = new StringBuilder("Third-party software in this product, as shipped\n\n");
        lines.forEach((name, licence) -> text.append(String.format("%-64s %s%n", name, licence)));
        Files.createDirectories(output.toAbsolutePath().getParent());
        Files.writeString(output, text);
    }

    /** Libraries that lie whole inside a bundle of ours, in its folder lib. */
    private static void embedded(Path bundle, Map<String, String> lines, List<String> wrong) throws IOException {
        try (JarFile file = new JarFile(bundle.toFile())) {
            for (String entry : file.stream().map(ZipEntry::getName).filter(n -> n.matches("lib/[^/]+\\.jar")).toList()) {
                String name = entry.substring("lib/".length());
                String licence = KNOWN.getOrDefault(name.replaceAll("-\\d.*", ""), "");
                if (licence.isEmpty()) {
                    wrong.add(name + " in " + bundle.getFileName() + " tells no licence");
                }
                lines.put(name, licence);
            }
        }
    }

    private static String licence(Path jar) throws IOException {
        try (JarFile file = new JarFile(jar.toFile())) {
            Manifest manifest = file.getManifest();
            String header = manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-License");
            if (header != null && !header.isBlank()) {
                return shortened(header);
            }
            List<ZipEntry> entries = file.stream().map(e -> (ZipEntry) e).toList();
            for (ZipEntry entry : entries) {
                if (entry.getName().matches("META-INF/maven/.*/pom\\.xml")) {
                    Matcher matcher = POM_LICENCE.matcher(read(file, entry));
                    if (matcher.find()) {
                        return shortened(matcher.group(1));
                    }
                }
            }
            for (ZipEntry entry : entries) {
                if (entry.getName().matches("(?i)(META-INF/)?LICEN[CS]E(\\.txt|\\.md)?")) {
                    String text = read(file, entry);
                    if (text.contains("Apache License")) {
                        return "Apache-2.0";
                    }
                    if (text.contains("Permission is hereby granted, free of charge")) {
                        return "MIT";
                    }
                    return text.strip().lines().findFirst().orElse("");
                }
            }
            String vendor = manifest == null ? null : manifest.getMainAttributes().getValue("Bundle-Vendor");
            if (jar.toString().contains("org/apache/") || "The Apache Software Foundation".equals(vendor)
                    || jar.getFileName().toString().startsWith("org.apache.")) {
                return "Apache-2.0";
            }
        }
        String base = jar.getFileName().toString().replaceAll("-\\d.*", "");
        return KNOWN.getOrDefault(base, "");
    }

    private static String shortened(String licence) {
        String plain = licence.replaceAll("\\s+", " ").strip();
        return plain.matches("(?i).*apache.*2.*") && !plain.contains(",") ? "Apache-2.0" : plain;
    }

    private static String read(JarFile file, ZipEntry entry) throws IOException {
        try (InputStream in = file.getInputStream(entry)) {
            return new String(in.readNBytes(1 << 20), StandardCharsets.UTF_8);
        }
    }
}
