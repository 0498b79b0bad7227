// SPDX-License-Identifier: Apache-2.0
package org.porto.platform.ready.internal;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.apache.karaf.features.BootFinished;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.startlevel.BundleStartLevel;
import org.osgi.framework.startlevel.FrameworkStartLevel;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * After the boot features are in, waits until the start level is reached, every bundle that is to run runs and every configured Porto
 * component is satisfied; then writes {@code ready} into the data folder: milliseconds since the virtual machine started. What is
 * missing goes to the log, once a second.
 */
@Component(name = "org.porto.platform.ready", immediate = true, service = ReadyWatch.class)
public final class ReadyWatch implements Runnable {

    private static final Logger LOG = LoggerFactory.getLogger(ReadyWatch.class);
    private static final String OURS = "org.porto.";

    private final ServiceComponentRuntime components;
    private final BundleContext context;
    private final FrameworkStartLevel startLevel;
    private final int wantedLevel;
    private final Path file;
    private final Thread thread;
    private volatile boolean stopped;

    @Activate
    public ReadyWatch(
            BundleContext context, @Reference ServiceComponentRuntime components, @Reference BootFinished booted) {
        this.components = components;
        this.context = context;
        this.startLevel = context.getBundle(Constants.SYSTEM_BUNDLE_LOCATION).adapt(FrameworkStartLevel.class);
        this.wantedLevel = Integer.parseInt(context.getProperty(Constants.FRAMEWORK_BEGINNING_STARTLEVEL));
        this.file = Path.of(context.getProperty("karaf.data"), "ready");
        this.thread = new Thread(this, "porto-ready");
        this.thread.setDaemon(true);
        this.thread.start();
    }

    @Deactivate
    void close() throws InterruptedException {
        stopped = true;
        LockSupport.unpark(thread);
        thread.join(1000);
    }

    @Override
    public void run() {
        int rounds = 0;
        while (!stopped) {
            List<String> missing = missing();
            if (missing.isEmpty()) {
                announce();
                return;
            }
            if (++rounds % 40 == 0) {
                LOG.warn("RDY-001 not ready: {}", missing);
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(25));
        }
    }

    private void announce() {
        long uptime = ManagementFactory.getRuntimeMXBean().getUptime();
        try {
            Path aside = file.resolveSibling("ready.tmp");
            Files.writeString(aside, uptime + "\n");
            Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            LOG.info("RDY-000 ready after {} ms", uptime);
        } catch (IOException e) {
            LOG.error("RDY-002 cannot write {}", file, e);
        }
    }

    private List<String> missing() {
        List<String> missing = new ArrayList<>();
        if (startLevel.getStartLevel() < wantedLevel) {
            // on a later start the boot features count as installed before their bundles have started
            missing.add("start level " + startLevel.getStartLevel() + " of " + wantedLevel);
            return missing;
        }
        // Felix tells the level it is heading for while bundles of a lower one still start. Asking each bundle is cheap beside
        // asking for the components' state, which is therefore only asked for once all of them run.
        for (Bundle bundle : context.getBundles()) {
            BundleStartLevel level = bundle.adapt(BundleStartLevel.class);
            if (level != null
                    && bundle.getState() != Bundle.ACTIVE
                    && level.isPersistentlyStarted()
                    && bundle.getHeaders().get(Constants.FRAGMENT_HOST) == null
                    && bundle.getHeaders().get(Constants.BUNDLE_ACTIVATIONPOLICY) == null) {
                missing.add(bundle.getSymbolicName() + " does not run yet");
            }
        }
        if (!missing.isEmpty()) {
            return missing;
        }
        for (ComponentDescriptionDTO description : components.getComponentDescriptionDTOs()) {
            if (!description.bundle.symbolicName.startsWith(OURS)) {
                continue;
            }
            for (ComponentConfigurationDTO configured : components.getComponentConfigurationDTOs(description)) {
                if (configured.state == ComponentConfigurationDTO.UNSATISFIED_REFERENCE) {
                    for (UnsatisfiedReferenceDTO reference : configured.unsatisfiedReferences) {
                        missing.add(description.name + " <- " + reference.name);
                    }
                } else if (configured.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    missing.add(description.name + " failed");
                }
            }
        }
        return missing;
    }
}
