// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.catalogue.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.lang.annotation.Annotation;
import java.lang.reflect.Proxy;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.Test;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.porto.driver.api.DriverKind;
import org.porto.driver.api.Fit;
import org.porto.meter.api.MeterIdentity;

public class CatalogueTest {

    private record Entry(String model, String[] readers, String[] printers, boolean named_only, String[] settings)
            implements ModelConfig {
        @Override
        public String description() {
            return "bench";
        }

        @Override
        public Class<? extends Annotation> annotationType() {
            return ModelConfig.class;
        }
    }

    private static HardwareModel entry(String model, String printers, boolean namedOnly, String... settings) {
        return new HardwareModel(new Entry(model, new String[0], new String[] {printers}, namedOnly, settings));
    }

    @Test
    public void theCatalogueGoesBeforeWhatADriverDeclares() {
        Catalogue catalogue = new Catalogue();
        assertEquals(Fit.DECLARED, catalogue.fit(DriverKind.PRINTER, "ipp", List.of("M"), "M").rank());
        assertEquals(Fit.ANY, catalogue.fit(DriverKind.PRINTER, "ipp", List.of("*"), "M").rank());
        assertFalse(catalogue.fit(DriverKind.PRINTER, "ipp", List.of("X"), "M").serves());
        HardwareModel entry = entry("M", "ipp = 70, file=5, zpl", false);
        catalogue.addModel(entry);
        assertEquals(new Fit(true, 70, "the catalogue names it for M"), catalogue.fit(DriverKind.PRINTER, "ipp", List.of("X"), "M"));
        assertEquals(100, catalogue.fit(DriverKind.PRINTER, "zpl", List.of(), "M").rank());
        assertTrue("not named: by what it declares", catalogue.fit(DriverKind.PRINTER, "other", List.of("*"), "M").serves());
        assertEquals("readers are another list", Fit.ANY, catalogue.fit(DriverKind.READER, "ipp", List.of("*"), "M").rank());
        assertEquals(List.of("zpl", "ipp", "file"), catalogue.named(DriverKind.PRINTER, "M"));
        catalogue.removeModel(entry);
        catalogue.addModel(entry("M", "ipp=70", true));
        assertFalse(catalogue.fit(DriverKind.PRINTER, "other", List.of("*", "M"), "M").serves());
        assertTrue("a product that is no meter", catalogue.fit(DriverKind.READER, "sim", List.of("X"), "*").serves());
    }

    @Test
    public void doubtfulEntriesAreRefused() {
        for (String printers : List.of("ipp=-1", "ipp=x", "IPP=1", "ipp=1, ipp=2", "ipp=9999999")) {
            assertThrows(printers, IllegalArgumentException.class, () -> entry("M", printers, false));
        }
        assertThrows(IllegalArgumentException.class, () -> entry("M M", "ipp", false));
        for (String setting : List.of("pid", "pid/key", "/key=1", "pid/=1", "a b/key=1")) {
            assertThrows(setting, IllegalArgumentException.class, () -> entry("M", "ipp", false, setting));
        }
    }

    /** Configurations by PID, as far as the settings use them. */
    private static final class Bench {
        final Map<String, Dictionary<String, Object>> stored = new TreeMap<>();

        ConfigurationAdmin admin() {
            return proxy(ConfigurationAdmin.class, (method, arguments) -> switch (method) {
                case "listConfigurations" -> list((String) arguments[0]);
                case "getConfiguration" -> configuration((String) arguments[0]);
                case "getFactoryConfiguration" -> configuration(arguments[0] + "~" + arguments[1]);
                default -> throw new UnsupportedOperationException(method);
            });
        }

        private Configuration[] list(String filter) {
            List<Configuration> found = stored.entrySet().stream()
                    .filter(e -> filter.equals("(service.pid=" + e.getKey() + ")")
                            || filter.equals("(" + DriverSettings.MARK + "=*)") && e.getValue().get(DriverSettings.MARK) != null)
                    .map(e -> configuration(e.getKey()))
                    .toList();
            return found.isEmpty() ? null : found.toArray(new Configuration[0]);
        }

        @SuppressWarnings("unchecked")
        private Configuration configuration(String pid) {
            return proxy(Configuration.class, (method, arguments) -> switch (method) {
                case "getPid" -> pid;
                case "getProperties" -> stored.get(pid);
                case "delete" -> stored.remove(pid);
                case "updateIfDifferent" -> !arguments[0].equals(stored.put(pid, (Dictionary<String, Object>) arguments[0]));
                default -> throw new UnsupportedOperationException(method);
            });
        }

        private interface Answer {
            Object to(String method, Object[] arguments) throws IOException;
        }

        static <T> T proxy(Class<T> type, Answer answer) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(), new Class<?>[] {type}, (p, method, arguments) -> answer.to(method.getName(), arguments)));
        }
    }

    private static MeterIdentity meter(String model) {
        return Bench.proxy(MeterIdentity.class, (method, arguments) -> model);
    }

    @Test
    public void settingsOfThisModelBecomeConfigurations() {
        Bench bench = new Bench();
        DriverSettings settings = new DriverSettings(bench.admin(), meter("M"));
        settings.addModel(entry("OTHER", "zpl", false, "driver~a/host=wrong"));
        assertTrue(bench.stored.isEmpty());
        settings.addModel(entry("M", "zpl", false, "driver~a/host=h, driver~a/port=9100", "single/key=a=b"));
        assertEquals("h", bench.stored.get("driver~a").get("host"));
        assertEquals("9100", bench.stored.get("driver~a").get("port"));
        assertEquals("a=b", bench.stored.get("single").get("key"));
    }

    @Test
    public void aConfigurationOfSomebodyElseIsLeftAndWhatIsNotWantedIsTakenBack() {
        Bench bench = new Bench();
        bench.stored.put("single", new Hashtable<>(Map.of("key", "mine")));
        bench.stored.put("old", new Hashtable<>(Map.of(DriverSettings.MARK, "M", "key", "stale")));
        new DriverSettings(bench.admin(), meter("M")).addModel(entry("M", "zpl", false, "single/key=theirs"));
        assertEquals("mine", bench.stored.get("single").get("key"));
        assertFalse(bench.stored.containsKey("old"));
        new DriverSettings(bench.admin(), null).addModel(entry("M", "zpl", false, "new/key=1"));
        assertFalse("no meter, no settings", bench.stored.containsKey("new"));
    }
}
