// SPDX-License-Identifier: Apache-2.0
package org.porto.house;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.jar.Attributes;
import java.util.jar.JarFile;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.BeforeClass;
import org.junit.Test;

/** The arrows of docs/architecture.md, checked on every build: model <- apis and spis <- providers, drivers, commands. */
public class HouseTest {

    private static final Path ROOT = Path.of(System.getProperty("porto.root")).normalize();
    private static final Pattern DEPENDENCY = Pattern.compile("<dependency>(.*?)</dependency>", Pattern.DOTALL);
    private static final Pattern OURS = Pattern.compile("<groupId>org\\.porto</groupId>\\s*<artifactId>([^<]+)</artifactId>");
    private static final Pattern SCOPE = Pattern.compile("<scope>([^<]+)</scope>");
    /** Bundles that others may see: words, contracts, and the two shared records-and-tables bundles. */
    private static final Set<String> SHARED = Set.of("model", "protocol", "console");

    private static final Map<String, Path> BUNDLES = new TreeMap<>();

    @BeforeClass
    public static void findBundles() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT.resolve("bundles"), 3)) {
            files.filter(f -> f.endsWith("pom.xml"))
                    .filter(f -> Files.isDirectory(f.resolveSibling("src")))
                    .forEach(f -> BUNDLES.put(f.getParent().getFileName().toString(), f.getParent()));
        }
        assertTrue("bundles found: " + BUNDLES.size(), BUNDLES.size() > 50);
    }

    private static boolean contract(String bundle) {
        return bundle.endsWith(".api") || bundle.endsWith(".spi") || SHARED.contains(bundle);
    }

    private static Map<String, String> dependencies(Path bundle) throws IOException {
        return dependencies(Files.readString(bundle.resolve("pom.xml")));
    }

    /** Scope by artifact; one without a scope is for compiling and running, as Maven has it. */
    private static Map<String, String> dependencies(String pom) {
        Map<String, String> found = new TreeMap<>();
        Matcher each = DEPENDENCY.matcher(pom);
        while (each.find()) {
            Matcher ours = OURS.matcher(each.group(1));
            Matcher scope = SCOPE.matcher(each.group(1));
            if (ours.find()) {
                found.put(ours.group(1), scope.find() ? scope.group(1) : "compile");
            }
        }
        return found;
    }

    /** A dependency without a scope does not get that of the next one. */
    @Test
    public void scopesAreReadOneByOne() {
        String pom = "<dependency><groupId>org.porto</groupId>\n<artifactId>ledger.sql</artifactId></dependency>"
                + "<dependency><groupId>org.porto</groupId><artifactId>testkit</artifactId><scope>test</scope></dependency>";
        assertEquals(Map.of("ledger.sql", "compile", "testkit", "test"), dependencies(pom));
    }

    @Test
    public void nobodySeesAProvider() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Path> bundle : BUNDLES.entrySet()) {
            for (Map.Entry<String, String> arrow : dependencies(bundle.getValue()).entrySet()) {
                String to = arrow.getKey();
                boolean toRuntime = to.equals("javacard.runtime")
                        && Set.of("purse.applet", "card.driver.sim").contains(bundle.getKey());
                if (!arrow.getValue().equals("test") && !contract(to) && !toRuntime) {
                    wrong.add(bundle.getKey() + " -> " + to);
                }
            }
        }
        assertEquals("arrows to providers", List.of(), wrong);
    }

    @Test
    public void theModelSeesTheJdkOnlyAndSpisSeeNothing() throws IOException {
        for (String bundle : List.of("model", "card.spi", "print.spi")) {
            assertEquals(bundle, Map.of(), withoutTests(bundle));
        }
    }

    private static Map<String, String> withoutTests(String bundle) throws IOException {
        return dependencies(BUNDLES.get(bundle)).entrySet().stream()
                .filter(d -> !d.getValue().equals("test"))
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    @Test
    public void contractsHaveNoCycles() throws IOException {
        for (String start : BUNDLES.keySet()) {
            if (contract(start)) {
                assertTrue("cycle through " + start, !reach(start, new TreeSet<>()).contains(start));
            }
        }
    }

    private static Set<String> reach(String from, Set<String> seen) throws IOException {
        for (String next : withoutTests(from).keySet()) {
            if (BUNDLES.containsKey(next) && seen.add(next)) {
                reach(next, seen);
            }
        }
        return seen;
    }

    @Test
    public void noPackageOccursInTwoBundles() throws IOException {
        Map<String, String> owner = new TreeMap<>();
        for (Map.Entry<String, Path> bundle : BUNDLES.entrySet()) {
            Path sources = bundle.getValue().resolve("src/main/java");
            if (!Files.exists(sources)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    String folder = sources.relativize(file.getParent()).toString();
                    String other = owner.putIfAbsent(folder, bundle.getKey());
                    assertTrue(folder + " in " + other + " and " + bundle.getKey(),
                            other == null || other.equals(bundle.getKey()));
                }
            }
        }
    }

    @Test
    public void onlyContractsExport() throws IOException {
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Path> bundle : BUNDLES.entrySet()) {
            String exported = manifest(bundle.getValue()).getValue("Export-Package");
            boolean may = contract(bundle.getKey()) || Set.of("javacard.runtime", "testkit").contains(bundle.getKey());
            if (exported != null && !may) {
                wrong.add(bundle.getKey() + " exports " + exported);
            }
        }
        assertEquals("providers that export", List.of(), wrong);
    }

    @Test
    public void onlyCryptoImportsBouncyCastle() throws IOException {
        Set<String> importers = new TreeSet<>();
        for (Map.Entry<String, Path> bundle : BUNDLES.entrySet()) {
            String imports = manifest(bundle.getValue()).getValue("Import-Package");
            if (imports != null && imports.contains("org.bouncycastle")) {
                importers.add(bundle.getKey());
            }
        }
        assertEquals(Set.of("crypto.bc"), importers);
    }

    private static Attributes manifest(Path bundle) throws IOException {
        Path jar = bundle.resolve("target").resolve(bundle.getFileName() + "-0.1.0.jar");
        try (JarFile file = new JarFile(jar.toFile())) {
            return file.getManifest().getMainAttributes();
        }
    }

    @Test
    public void everySourceNamesItsLicence() throws IOException {
        List<String> without = new ArrayList<>();
        for (String top : List.of("bundles", "karaf-assembly", "itests")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(top))) {
                for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                    if (!file.toString().contains("/target/")
                            && !Files.readString(file).startsWith("// SPDX-License-Identifier: Apache-2.0\n")) {
                        without.add(ROOT.relativize(file).toString());
                    }
                }
            }
        }
        assertEquals(List.of(), without);
    }

    @Test
    public void failureCodesAreUnique() throws IOException {
        Map<String, String> seen = new TreeMap<>();
        Pattern code = Pattern.compile("\\(\"([A-Z]{3}-\\d{3})\", ?\"");
        for (Path bundle : BUNDLES.values()) {
            Path sources = bundle.resolve("src/main/java");
            if (!Files.exists(sources)) {
                continue;
            }
            try (Stream<Path> files = Files.walk(sources)) {
                for (Path file : files.filter(f -> f.toString().endsWith("Code.java")).toList()) {
                    Matcher matcher = code.matcher(Files.readString(file));
                    while (matcher.find()) {
                        String before = seen.put(matcher.group(1), file.toString());
                        assertEquals(matcher.group(1) + " twice, in " + file, null, before);
                    }
                }
            }
        }
        assertTrue("codes found: " + seen.size(), seen.size() > 100);
    }

    @Test
    public void everyBundleHasItsPage() {
        List<String> without = BUNDLES.entrySet().stream()
                .filter(b -> !Files.exists(b.getValue().resolve("README.md")))
                .map(Map.Entry::getKey)
                .toList();
        assertEquals("bundles without README.md", List.of(), without);
    }
}
