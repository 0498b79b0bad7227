// SPDX-License-Identifier: Apache-2.0
package org.porto.print.core.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Test;
import org.porto.driver.api.DriverKind;
import org.porto.driver.api.DriverVerdict;
import org.porto.driver.api.Fit;
import org.porto.driver.api.HardwareCatalogue;
import org.porto.model.api.DeviceId;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.print.api.PrintCode;
import org.porto.print.api.PrinterInfo;
import org.porto.print.spi.MediumException;
import org.porto.print.spi.PrintException;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;
import org.porto.print.spi.PrinterException;

public class PrinterRegistryTest {

    private static final TransactionId ID = new TransactionId("00".repeat(16));
    private static final PrintPage PAGE = new PrintPage("JOB", "title", 1000, 1000, List.of());

    /** No healthy driver of a busy machine meets this limit. */
    private PrinterRegistry registry = registry("psd", Duration.ofMinutes(1));
    private final CountDownLatch letGo = new CountDownLatch(1);

    private final Map<String, Integer> ranks = new java.util.TreeMap<>();

    private PrinterRegistry registry(String profile, Duration limit) {
        return new PrinterRegistry(
                new DeviceId("PM000001"),
                "bench",
                profile,
                new HardwareCatalogue() {
                    @Override
                    public Fit fit(DriverKind kind, String id, Collection<String> declared, String model) {
                        Integer rank = ranks.get(id);
                        if (rank != null) {
                            return new Fit(true, rank, "named");
                        }
                        boolean exact = declared.contains(model);
                        return new Fit(exact || declared.contains("*"), exact ? Fit.DECLARED : Fit.ANY, "declared");
                    }

                    @Override
                    public List<String> named(DriverKind kind, String model) {
                        return List.copyOf(ranks.keySet());
                    }

                    @Override
                    public List<String> models() {
                        return List.of();
                    }

                    @Override
                    public String description(String model) {
                        return "";
                    }
                },
                () -> {
                    throw new RefusedException(PrintCode.PRINTER_FAILED, "no keys here");
                },
                limit);
    }

    /** What a driver does when it is to print. */
    private interface Behaviour {
        List<String> print() throws PrinterException, MediumException;
    }

    @After
    public void close() {
        letGo.countDown();
        registry.close();
    }

    @Test
    public void bestMatchingPrinterIsUsed() throws PortoException {
        add(1, "zeta", "*", () -> List.of("zeta"));
        add(2, "alpha", "other", () -> List.of("alpha"));
        add(3, "beta", new String[] {"x", "bench"}, () -> List.of("beta"));
        assertEquals(List.of("beta", "zeta", "alpha"), registry.list().stream().map(PrinterInfo::name).toList());
        assertEquals(List.of("beta"), registry.print("", ID, PAGE));
        assertEquals(List.of("zeta"), registry.print("zeta", ID, PAGE));
        assertEquals("PRT-001", refused("alpha"));
        assertEquals("PRT-001", refused("none"));
    }

    @Test
    public void failuresKeepTheirOutcome() {
        add(1, "a", "*", () -> {
            throw new PrinterException("off", PrintException.Printed.NO, null);
        });
        add(2, "b", "*", () -> {
            throw new MediumException("paper", PrintException.Printed.NO, null);
        });
        add(3, "c", "*", () -> {
            throw new MediumException("jam", PrintException.Printed.UNKNOWN, null);
        });
        assertEquals("PRT-003", refused("a"));
        assertEquals("PRT-004", refused("b"));
        assertEquals("PRT-005", uncertain("c"));
        assertTrue("no quarantine for honest failures", registry.list().stream().allMatch(p -> p.state().equals("ready")));
    }

    @Test
    public void driverThatThrowsUncheckedIsQuarantined() throws PortoException {
        add(1, "a", "*", () -> {
            throw new IllegalStateException("bug");
        });
        assertEquals("PRT-005", uncertain("a"));
        assertEquals("PRT-006", refused("a"));
        assertEquals("quarantined", registry.list().get(0).state());
        add(2, "b", "*", () -> List.of("b"));
        assertEquals("another one serves", List.of("b"), registry.print("", ID, PAGE));
    }

    @Test
    public void driverThatAnswersNullOrWithAnErrorIsQuarantined() {
        add(1, "a", "*", () -> null);
        assertEquals("PRT-005", uncertain("a"));
        add(2, "b", "*", () -> {
            throw new LinkageError("bug");
        });
        assertEquals("PRT-005", uncertain("b"));
        assertEquals("PRT-006", refused("b"));
    }

    @Test
    public void driverThatHangsIsUncertainThenQuarantinedAndCanBeReplaced() throws PortoException {
        registry.close();
        registry = registry("psd", Duration.ofSeconds(1));
        add(1, "a", "*", () -> {
            await(letGo);
            return List.of("late");
        });
        assertEquals("PRT-005", uncertain("a"));
        assertEquals("PRT-006", refused("a"));
        registry.remove(key(1));
        add(2, "a", "*", () -> List.of("fresh"));
        assertEquals(List.of("fresh"), registry.print("a", ID, PAGE));
    }

    @Test
    public void onePageAtATime() throws Exception {
        AtomicInteger inside = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        add(1, "a", "*", () -> {
            most.accumulateAndGet(inside.incrementAndGet(), Math::max);
            Thread.onSpinWait();
            inside.decrementAndGet();
            return List.of();
        });
        List<CompletableFuture<Void>> jobs = java.util.stream.IntStream.range(0, 8)
                .mapToObj(i -> CompletableFuture.runAsync(() -> {
                    try {
                        for (int n = 0; n < 50; n++) {
                            registry.print("a", ID, PAGE);
                        }
                    } catch (PortoException e) {
                        throw new IllegalStateException(e);
                    }
                }))
                .toList();
        for (CompletableFuture<Void> job : jobs) {
            job.get(2, TimeUnit.MINUTES);
        }
        assertEquals(1, most.get());
    }

    @Test
    public void removalWaitsForTheJobInHand() throws Exception {
        CountDownLatch started = new CountDownLatch(1);
        add(1, "a", "*", () -> {
            started.countDown();
            await(letGo);
            return List.of("done");
        });
        CompletableFuture<List<String>> job = CompletableFuture.supplyAsync(() -> {
            try {
                return registry.print("a", ID, PAGE);
            } catch (PortoException e) {
                throw new IllegalStateException(e);
            }
        });
        assertTrue(started.await(2, TimeUnit.MINUTES));
        CompletableFuture<Void> removal = CompletableFuture.runAsync(() -> registry.remove(key(1)));
        assertFalse(removal.isDone());
        letGo.countDown();
        assertEquals(List.of("done"), job.get(2, TimeUnit.MINUTES));
        removal.get(2, TimeUnit.MINUTES);
        assertEquals("PRT-001", refused("a"));
    }

    @Test
    public void higherRankedServiceOfOneIdIsUsed() throws PortoException {
        add(1, "a", "*", () -> List.of("old"));
        add(2, "a", "*", () -> List.of("new"));
        assertEquals(List.of("new"), registry.print("a", ID, PAGE));
        registry.remove(key(2));
        assertEquals(List.of("old"), registry.print("a", ID, PAGE));
    }

    @Test
    public void theCatalogueRanksAndItsChangeIsSeenAtOnce() throws PortoException {
        add(1, "alpha", "bench", () -> List.of("alpha"));
        add(2, "zeta", "other", () -> List.of("zeta"));
        assertEquals("PRT-001", refused("zeta"));
        ranks.put("zeta", 100);
        ranks.put("absent", 50);
        assertEquals(List.of("zeta"), registry.print("", ID, PAGE));
        List<DriverVerdict> verdicts = registry.explain();
        assertEquals(List.of("zeta", "alpha", "absent"), verdicts.stream().map(DriverVerdict::name).toList());
        assertEquals(List.of(true, false, false), verdicts.stream().map(DriverVerdict::chosen).toList());
        assertTrue(verdicts.get(1).reason().contains("zeta comes first"));
        assertTrue(verdicts.get(2).reason().contains("not installed"));
        ranks.clear();
        assertEquals(List.of("alpha"), registry.print("", ID, PAGE));
    }

    @Test
    public void aMeterHasOnePrinter() throws PortoException {
        registry.close();
        registry = registry("meter", Duration.ofMinutes(1));
        add(1, "a", "*", () -> List.of("a"));
        add(2, "b", "bench", () -> List.of("b"));
        assertEquals(List.of("b"), registry.print("", ID, PAGE));
        assertEquals("PRT-001", refused("a"));
        assertEquals(List.of(true, false), registry.list().stream().map(PrinterInfo::matches).toList());
    }

    @Test
    public void severalPrintersOfOneDriverHaveNames() throws PortoException {
        add(1, "ipp", "*", "front", () -> List.of("front"), List.of());
        add(2, "ipp", "*", "back", () -> List.of("back"), List.of());
        add(3, "ipp", "*", "Bad name", () -> List.of("bad"), List.of());
        assertEquals(List.of("ipp/back", "ipp/front"), registry.list().stream().map(PrinterInfo::name).toList());
        assertEquals(List.of("front"), registry.print("ipp/front", ID, PAGE));
    }

    @Test
    public void deviceAndMediumAreToldApart() throws PortoException {
        add(1, "a", "*", null, () -> List.of(), List.of("media-empty-error", "toner-low-warning"));
        add(2, "b", "*", null, () -> List.of(), List.of("media-jam", "cover-open-error"));
        add(3, "c", "*", null, () -> List.of(), List.of("media-low-report", "none"));
        assertEquals("stopped", registry.choose("a").state());
        assertEquals(PrintCode.MEDIUM_FAILED, registry.choose("a").stoppedBy());
        assertEquals(PrintCode.PRINTER_FAILED, registry.choose("b").stoppedBy());
        assertEquals("ready", registry.choose("c").state());
    }

    private void add(int rank, String id, Object models, Behaviour behaviour) {
        add(rank, id, models, null, behaviour, List.of());
    }

    private void add(int rank, String id, Object models, String name, Behaviour behaviour, List<String> reasons) {
        registry.add(key(rank), id, "1.0", models, name, new PrinterDriver() {
            @Override
            public List<String> stateReasons() {
                return reasons;
            }

            @Override
            public List<String> print(PrintPage page) throws PrinterException, MediumException {
                return behaviour.print();
            }
        });
    }

    private String refused(String printer) {
        return assertThrows(RefusedException.class, () -> registry.print(printer, ID, PAGE)).code();
    }

    private String uncertain(String printer) {
        return assertThrows(UncertainException.class, () -> registry.print(printer, ID, PAGE)).code();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @SuppressWarnings("unchecked")
    private static Comparable<Object> key(int rank) {
        return (Comparable<Object>) (Object) Integer.valueOf(rank);
    }
}
