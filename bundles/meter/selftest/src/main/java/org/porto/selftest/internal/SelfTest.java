// SPDX-License-Identifier: Apache-2.0
package org.porto.selftest.internal;

import java.util.Dictionary;
import java.util.Hashtable;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceRegistration;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.keys.api.KeyService;
import org.porto.meter.api.MeterReady;
import org.porto.register.api.RegisterReader;

/** Checks at start and then at intervals. */
@Component(name = "org.porto.selftest", service = {}, immediate = true)
@Designate(ocd = SelfTestConfig.class)
public final class SelfTest {

    private final Readiness readiness;
    private final ScheduledExecutorService thread;

    @Activate
    public SelfTest(
            BundleContext context,
            SelfTestConfig config,
            @Reference RegisterReader registers,
            @Reference KeyService keys) {
        if (config.interval_seconds() < 1 || config.interval_seconds() > 3600) {
            throw new IllegalArgumentException("interval.seconds is 1 to 3600");
        }
        readiness = new Readiness(new Check(registers, keys)::complaint, () -> publish(context));
        thread = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread named = new Thread(task, "porto-selftest");
            named.setDaemon(true);
            return named;
        });
        thread.scheduleWithFixedDelay(readiness::look, 0, config.interval_seconds(), TimeUnit.SECONDS);
    }

    private static Runnable publish(BundleContext context) {
        Dictionary<String, Object> properties = new Hashtable<>();
        properties.put("osgi.condition.id", MeterReady.CONDITION_ID);
        ServiceRegistration<MeterReady> registration =
                context.registerService(MeterReady.class, new MeterReady() {}, properties);
        return registration::unregister;
    }

    @Deactivate
    void close() {
        thread.shutdownNow();
        readiness.close();
    }
}
