// SPDX-License-Identifier: Apache-2.0
package org.porto.print.core.internal;

import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.print.api.PrintCode;
import org.porto.print.api.PrinterInfo;
import org.porto.print.api.Printers;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Printer drivers by id; of two services with one id the higher-ranked one is used, so that a swap has no gap (rule D2). */
@Component(name = "org.porto.print.core", service = Printers.class, immediate = true)
public final class PrinterRegistry implements Printers {

    static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(PrinterRegistry.class);
    private static final int DRIVERS_MAX = 64;
    private static final java.util.regex.Pattern ID = java.util.regex.Pattern.compile("[a-z0-9.-]{1,64}");

    private final String hardwareModel;
    private final Duration limit;
    private final ExecutorService workers;
    /** Keyed by service reference: its natural order is the ranking, lowest first; sorted when read, since rankings may change. */
    private final Map<Comparable<Object>, PrinterSlot> slots = new ConcurrentHashMap<>();

    @Activate
    public PrinterRegistry(@Reference MeterIdentity identity) {
        this(identity.hardwareModel(), LIMIT);
    }

    PrinterRegistry(String hardwareModel, Duration limit) {
        this.hardwareModel = hardwareModel;
        this.limit = limit;
        AtomicInteger number = new AtomicInteger();
        this.workers = Executors.newCachedThreadPool(work -> {
            Thread thread = new Thread(work, "porto-print-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "removeDriver")
    void addDriver(ServiceReference<PrinterDriver> reference, PrinterDriver driver) {
        add(
                key(reference),
                reference.getProperty(PrinterDriver.DRIVER_ID),
                reference.getBundle() == null ? "" : reference.getBundle().getVersion().toString(),
                reference.getProperty(PrinterDriver.HARDWARE_MODELS),
                driver);
    }

    void removeDriver(ServiceReference<PrinterDriver> reference) {
        remove(key(reference));
    }

    void add(Comparable<Object> key, Object id, String version, Object models, PrinterDriver driver) {
        if (!(id instanceof String name) || !ID.matcher(name).matches()) {
            LOG.warn("Printer driver {} has no proper {}: ignored", driver.getClass().getName(), PrinterDriver.DRIVER_ID);
            return;
        }
        if (slots.size() >= DRIVERS_MAX) {
            LOG.warn("More than {} printer drivers: {} ignored", DRIVERS_MAX, name);
            return;
        }
        Set<String> served = PrinterSlot.models(models);
        boolean matches = served.contains("*") || served.contains(hardwareModel);
        slots.put(key, new PrinterSlot(name, version, matches, driver, workers, limit));
        LOG.info("Printer {} {} is there{}", name, version, matches ? "" : ", but not for hardware model " + hardwareModel);
    }

    void remove(Comparable<Object> key) {
        PrinterSlot slot = slots.remove(key);
        if (slot != null) {
            slot.retire();
            LOG.info("Printer {} is gone", slot.name());
        }
    }

    @Deactivate
    void close() {
        slots.keySet().forEach(this::remove);
        workers.shutdown();
        try {
            if (!workers.awaitTermination(1, TimeUnit.SECONDS)) {
                LOG.warn("A printer driver still holds a thread");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public List<PrinterInfo> list() {
        return best().stream().map(PrinterSlot::info).toList();
    }

    @Override
    public List<String> print(String printer, TransactionId transaction, PrintPage page)
            throws RefusedException, UncertainException {
        List<PrinterSlot> able = best().stream()
                .filter(PrinterSlot::matches)
                .filter(slot -> printer.isEmpty() || slot.name().equals(printer))
                .toList();
        if (able.isEmpty()) {
            throw new RefusedException(
                    PrintCode.PRINTER_MISSING, printer.isEmpty() ? "none for hardware model " + hardwareModel : printer);
        }
        PrinterSlot slot = able.stream()
                .filter(s -> !s.quarantined())
                .findFirst()
                .orElseThrow(() -> new RefusedException(PrintCode.DRIVER_QUARANTINED, able.get(0).name()));
        return slot.print(transaction, page);
    }

    /** One slot a name, matching ones first, then by name. */
    private List<PrinterSlot> best() {
        Map<String, PrinterSlot> byName = new HashMap<>();
        slots.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.reverseOrder()))
                .map(Map.Entry::getValue)
                .forEach(slot -> byName.merge(slot.name(), slot, (a, b) -> a.quarantined() ? b : a));
        return byName.values().stream()
                .sorted(Comparator.comparing(PrinterSlot::matches).reversed().thenComparing(PrinterSlot::name))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static Comparable<Object> key(ServiceReference<PrinterDriver> reference) {
        return (Comparable<Object>) (Object) reference;
    }
}
