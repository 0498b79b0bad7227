// SPDX-License-Identifier: Apache-2.0
package org.porto.card.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.ComponentServiceObjects;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardInsertionHandler;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.card.spi.CardReaderDriver;
import org.porto.driver.api.DriverChooser;
import org.porto.driver.api.DriverKind;
import org.porto.driver.api.DriverVerdict;
import org.porto.driver.api.HardwareCatalogue;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The registry as a component: services in, polling thread. */
@Component(name = "org.porto.card.core", service = {CardReaders.class, DriverChooser.class}, immediate = true)
public final class ReaderRegistry implements CardReaders, DriverChooser {

    private static final Logger LOG = LoggerFactory.getLogger(ReaderRegistry.class);
    private static final long POLL_MILLIS = 300;
    
    private final String hardwareModel;
    private final HardwareCatalogue catalogue;
    private final Registry registry = new Registry(Claim.Limits.PRODUCT);
    private final Map<CardReaderDriver, Driver> drivers = new ConcurrentHashMap<>();
    /** Highest ranking first. */
    private final Map<ServiceReference<CardInsertionHandler>, ComponentServiceObjects<CardInsertionHandler>> handlers =
            new ConcurrentSkipListMap<>(java.util.Comparator.reverseOrder());
    private final Map<ServiceReference<CardInsertionHandler>, CardInsertionHandler> taken = new ConcurrentHashMap<>();
    private final ScheduledExecutorService poller = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "card-presence");
        thread.setDaemon(true);
        return thread;
    });

    /** @param identity null in a product that is no meter: any driver serves it */
    @Activate
    public ReaderRegistry(
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    MeterIdentity identity,
            @Reference HardwareCatalogue catalogue) {
        this.hardwareModel = identity == null ? HardwareCatalogue.NO_MODEL : identity.hardwareModel();
        this.catalogue = catalogue;
        poller.scheduleWithFixedDelay(this::poll, POLL_MILLIS, POLL_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void poll() {
        try {
            List<CardInsertionHandler> present = new ArrayList<>();
            handlers.forEach((reference, objects) -> {
                CardInsertionHandler handler = taken.computeIfAbsent(reference, r -> objects.getService());
                if (handler != null) {
                    present.add(handler);
                }
            });
            registry.poll(present);
        } catch (RuntimeException e) {
            LOG.error("presence poll failed", e); // an exception would end the schedule
        }
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindDriver(CardReaderDriver service, ServiceReference<CardReaderDriver> reference) {
        Object id = reference.getProperty(CardReaderDriver.DRIVER_ID);
        if (!(id instanceof String) || !((String) id).matches("[a-z0-9.-]+")) {
            LOG.error("card reader driver of {} has no id", reference.getBundle());
            return;
        }
        List<String> declared = declared(reference.getProperty(CardReaderDriver.HARDWARE_MODELS));
        Driver driver = new Driver(
                (String) id,
                reference.getBundle().getVersion().toString(),
                () -> catalogue.fit(DriverKind.READER, (String) id, declared, hardwareModel),
                service);
        drivers.put(service, driver);
        registry.add(driver);
    }

    void unbindDriver(CardReaderDriver service) {
        Driver driver = drivers.remove(service);
        if (driver != null) {
            registry.remove(driver);
        }
    }

    static List<String> declared(Object property) {
        Collection<?> models = property instanceof Object[] array
                ? Arrays.asList(array)
                : property instanceof Collection<?> collection ? collection : property == null ? List.of() : List.of(property);
        return models.stream().map(String::valueOf).toList();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY)
    void bindHandler(ComponentServiceObjects<CardInsertionHandler> objects) {
        // taken at the first poll only: a handler needs this very registry, which is not there yet while it is being made
        handlers.put(objects.getServiceReference(), objects);
    }

    void unbindHandler(ComponentServiceObjects<CardInsertionHandler> objects) {
        handlers.remove(objects.getServiceReference());
        CardInsertionHandler handler = taken.remove(objects.getServiceReference());
        if (handler != null) {
            objects.ungetService(handler);
        }
    }

    @Deactivate
    void close() {
        poller.shutdownNow();
        registry.close();
    }

    @Override
    public List<ReaderInfo> list() {
        return registry.list();
    }

    @Override
    public List<DriverVerdict> explain() {
        return ReaderChoice.explain(
                registry.drivers(), catalogue.named(DriverKind.READER, hardwareModel), hardwareModel);
    }

    @Override
    public CardClaim claim(String reader, Duration wait) throws RefusedException {
        return registry.claim(reader, wait);
    }
}
