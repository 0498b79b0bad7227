// SPDX-License-Identifier: Apache-2.0
package org.porto.print.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.porto.driver.api.DriverChooser;
import org.porto.driver.api.DriverKind;
import org.porto.driver.api.DriverVerdict;
import org.porto.driver.api.Fit;
import org.porto.driver.api.HardwareCatalogue;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.print.api.PrintCode;
import org.porto.print.api.PrinterInfo;
import org.porto.print.api.Printers;
import org.porto.print.spi.MediumException;
import org.porto.print.spi.NonceChannel;
import org.porto.print.spi.PageRenderer;
import org.porto.print.spi.PrintException;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;
import org.porto.print.spi.PrinterException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Printer drivers by id; of two services with one id the higher-ranked one is used, so that a swap has no gap (rule D2). */
@Component(name = "org.porto.print.core", service = {Printers.class, DriverChooser.class}, immediate = true)
public final class PrinterRegistry implements Printers, DriverChooser {

    static final Duration LIMIT = Duration.ofSeconds(30);
    private static final Logger LOG = LoggerFactory.getLogger(PrinterRegistry.class);
    private static final int DRIVERS_MAX = 64;
    private static final java.util.regex.Pattern ID = java.util.regex.Pattern.compile("[a-z0-9.-]{1,64}");

    /** In the profile {@code meter} there is one printer, built in: the best one, and no other is used. */
    private static final String ONE_PRINTER = "meter";

    private final String hardwareModel;
    private final boolean onePrinter;
    private final HardwareCatalogue catalogue;
    private final SealedPrinting.Key key;
    private final DeviceId serial;
    private final Duration limit;
    private final ExecutorService workers;
    /** Keyed by service reference: its natural order is the ranking, lowest first; sorted when read, since rankings may change. */
    private final Map<Comparable<Object>, PrinterSlot> slots = new ConcurrentHashMap<>();

    /** Comes and goes with its bundle; only printers behind a nonce channel need it. */
    @Reference(
            cardinality = ReferenceCardinality.OPTIONAL,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    private volatile PageRenderer renderer;

    @Activate
    public PrinterRegistry(
            @Reference MeterIdentity identity, @Reference HardwareCatalogue catalogue, @Reference KeyService keys) {
        this(
                identity.serial(),
                identity.hardwareModel(),
                identity.profile(),
                catalogue,
                () -> keys.signingKey("device"),
                LIMIT);
    }

    public PrinterRegistry(
            DeviceId serial,
            String hardwareModel,
            String profile,
            HardwareCatalogue catalogue,
            SealedPrinting.Key key,
            Duration limit) {
        this.serial = serial;
        this.hardwareModel = hardwareModel;
        this.onePrinter = profile.equals(ONE_PRINTER);
        this.catalogue = catalogue;
        this.key = key;
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
                reference.getProperty(PrinterDriver.PRINTER_NAME),
                driver);
    }

    void removeDriver(ServiceReference<PrinterDriver> reference) {
        remove(key(reference));
    }

    /** For benches without a service registry. */
    public void drawWith(PageRenderer drawing) {
        renderer = drawing;
    }

    public void add(Comparable<Object> key, Object id, String version, Object models, Object printer, PrinterDriver driver) {
        if (!(id instanceof String driverId)
                || !ID.matcher(driverId).matches()
                || printer != null && !(printer instanceof String p && ID.matcher(p).matches())) {
            LOG.warn("Printer driver {} has no proper {} or {}: ignored",
                    driver.getClass().getName(), PrinterDriver.DRIVER_ID, PrinterDriver.PRINTER_NAME);
            return;
        }
        if (slots.size() >= DRIVERS_MAX) {
            LOG.warn("More than {} printer drivers: {} ignored", DRIVERS_MAX, driverId);
            return;
        }
        String name = printer == null ? driverId : driverId + "/" + printer;
        PrinterSlot slot = new PrinterSlot(
                name, driverId, version, PrinterSlot.models(models), driver, this::sealed, workers, limit);
        slots.put(key, slot);
        Fit fit = fit(slot);
        LOG.info("Printer {} {} is there; {}{}", name, version, fit.serves() ? "" : "it is not used: ", fit.reason());
    }

    private List<String> sealed(NonceChannel channel, PrintPage page) throws PrinterException, MediumException {
        PageRenderer drawing = renderer;
        if (drawing == null) {
            throw new PrinterException("nothing here draws pages", PrintException.Printed.NO, null);
        }
        return new SealedPrinting(serial, key, drawing).print(channel, page);
    }

    private Fit fit(PrinterSlot slot) {
        return catalogue.fit(DriverKind.PRINTER, slot.driverId(), slot.models(), hardwareModel);
    }

    void remove(Comparable<Object> key) {
        PrinterSlot slot = slots.remove(key);
        if (slot != null) {
            slot.retire();
            LOG.info("Printer {} is gone", slot.name());
        }
    }

    @Deactivate
    public void close() {
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

    /** A printer and how it fits now. */
    private record Place(PrinterSlot slot, Fit fit) {}

    @Override
    public List<PrinterInfo> list() {
        List<Place> places = best();
        return IntStream.range(0, places.size())
                .mapToObj(i -> info(places.get(i), usable(places, i)))
                .toList();
    }

    private static PrinterInfo info(Place place, boolean usable) {
        return place.slot().info(usable, place.fit().rank());
    }

    /** Whether this meter may use the printer at a place of the order. */
    private boolean usable(List<Place> places, int index) {
        return places.get(index).fit().serves() && (!onePrinter || index == 0);
    }

    @Override
    public List<DriverVerdict> explain() {
        List<Place> places = best();
        List<DriverVerdict> verdicts = new ArrayList<>();
        String chosen = "";
        for (int i = 0; i < places.size(); i++) {
            PrinterSlot slot = places.get(i).slot();
            Fit fit = places.get(i).fit();
            String reason = fit.reason();
            boolean takes = false;
            if (fit.serves() && !usable(places, i)) {
                reason += "; passed over: a meter of this profile has one printer, " + places.get(0).slot().name();
            } else if (fit.serves() && slot.quarantined()) {
                reason += "; passed over: in quarantine, " + slot.quarantine();
            } else if (fit.serves() && chosen.isEmpty()) {
                chosen = slot.name();
                takes = true;
            } else if (fit.serves()) {
                reason += "; taken by name only: " + chosen + " comes first";
            }
            verdicts.add(new DriverVerdict(
                    DriverKind.PRINTER, slot.name(), slot.driverId(), slot.version(), fit.rank(), takes, reason));
        }
        for (String named : catalogue.named(DriverKind.PRINTER, hardwareModel)) {
            if (places.stream().noneMatch(p -> p.slot().driverId().equals(named))) {
                verdicts.add(new DriverVerdict(
                        DriverKind.PRINTER, named, named, "", 0, false,
                        "the catalogue names it for " + hardwareModel + ", but it is not installed or not configured"));
            }
        }
        return List.copyOf(verdicts);
    }

    @Override
    public PrinterInfo choose(String printer) throws RefusedException {
        Place place = pick(printer);
        return info(place, true);
    }

    @Override
    public List<String> print(String printer, TransactionId transaction, PrintPage page)
            throws RefusedException, UncertainException {
        return pick(printer).slot().print(transaction, page);
    }

    private Place pick(String printer) throws RefusedException {
        List<Place> places = best();
        List<Place> able = IntStream.range(0, places.size())
                .filter(i -> usable(places, i))
                .mapToObj(places::get)
                .filter(p -> printer.isEmpty() || p.slot().name().equals(printer))
                .toList();
        if (able.isEmpty()) {
            throw new RefusedException(
                    PrintCode.PRINTER_MISSING, printer.isEmpty() ? "none for hardware model " + hardwareModel : printer);
        }
        return able.stream()
                .filter(p -> !p.slot().quarantined())
                .findFirst()
                .orElseThrow(() -> new RefusedException(
                        PrintCode.DRIVER_QUARANTINED, able.get(0).slot().name()));
    }

    /** One slot a name: those that serve first, then by rank, then by name. */
    private List<Place> best() {
        Map<String, PrinterSlot> byName = new HashMap<>();
        slots.entrySet().stream()
                .sorted(Map.Entry.comparingByKey(Comparator.reverseOrder()))
                .map(Map.Entry::getValue)
                .forEach(slot -> byName.merge(slot.name(), slot, (a, b) -> a.quarantined() ? b : a));
        return byName.values().stream()
                .map(slot -> new Place(slot, fit(slot)))
                .sorted(Comparator.comparing((Place p) -> !p.fit().serves())
                        .thenComparing(p -> -p.fit().rank())
                        .thenComparing(p -> p.slot().name()))
                .toList();
    }

    @SuppressWarnings("unchecked")
    private static Comparable<Object> key(ServiceReference<PrinterDriver> reference) {
        return (Comparable<Object>) (Object) reference;
    }
}
