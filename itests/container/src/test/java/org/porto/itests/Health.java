// SPDX-License-Identifier: Apache-2.0
package org.porto.itests;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.Constants;
import org.osgi.framework.ServiceReference;
import org.osgi.service.component.runtime.ServiceComponentRuntime;
import org.osgi.service.component.runtime.dto.ComponentConfigurationDTO;
import org.osgi.service.component.runtime.dto.ComponentDescriptionDTO;
import org.osgi.service.component.runtime.dto.UnsatisfiedReferenceDTO;

/** Whether everything in a container is as it should be; says what is not. */
final class Health {

    private final BundleContext context;

    Health(BundleContext context) {
        this.context = context;
    }

    Bundle bundle(String symbolicName) {
        return Arrays.stream(context.getBundles())
                .filter(b -> symbolicName.equals(b.getSymbolicName()))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no bundle " + symbolicName));
    }

    /** Bundles that are neither active nor fragments. */
    List<String> inactive() {
        return Arrays.stream(context.getBundles())
                .filter(b -> b.getState() != Bundle.ACTIVE && b.getHeaders().get(Constants.FRAGMENT_HOST) == null)
                .map(b -> b.getSymbolicName() + " in state " + b.getState())
                .toList();
    }

    /** Waits, at most two minutes, until no component of ours lacks anything. @return what is lacking */
    List<String> unsatisfied(int least) {
        long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(2);
        List<String> lacking = lacking(least);
        while (!lacking.isEmpty() && System.nanoTime() < end) {
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            lacking = lacking(least);
        }
        return lacking;
    }

    private List<String> lacking(int least) {
        ServiceReference<ServiceComponentRuntime> reference = context.getServiceReference(ServiceComponentRuntime.class);
        ServiceComponentRuntime runtime = context.getService(reference);
        List<String> lacking = new ArrayList<>();
        int configured = 0;
        for (ComponentDescriptionDTO description : runtime.getComponentDescriptionDTOs()) {
            if (!description.bundle.symbolicName.startsWith("org.porto.")) {
                continue;
            }
            for (ComponentConfigurationDTO configuration : runtime.getComponentConfigurationDTOs(description)) {
                configured++;
                for (UnsatisfiedReferenceDTO missing : configuration.unsatisfiedReferences) {
                    lacking.add(description.name + " lacks " + missing.name);
                }
                if (configuration.state == ComponentConfigurationDTO.FAILED_ACTIVATION) {
                    lacking.add(description.name + " failed: " + configuration.failure);
                }
            }
        }
        if (configured < least) {
            lacking.add("only " + configured + " components are configured, not " + least);
        }
        return lacking;
    }
}
