// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.util.HexFormat;
import java.util.List;
import java.util.Objects;
import javacard.framework.Applet;
import org.osgi.framework.Bundle;
import org.osgi.framework.BundleContext;
import org.osgi.framework.BundleEvent;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.util.tracker.BundleTracker;
import org.osgi.util.tracker.BundleTrackerCustomizer;
import org.porto.javacard.runtime.api.AppletCatalogue;
import org.porto.javacard.runtime.api.AppletEntry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Extender: finds applets by the headers of resolved bundles. */
@Component(name = "org.porto.javacard.runtime", immediate = true)
public final class BundleAppletCatalogue implements AppletCatalogue {

    static final String AID_HEADER = "Java-Card-Applet-AID";
    static final String CLASS_HEADER = "Java-Card-Applet-Class";

    private static final Logger LOG = LoggerFactory.getLogger(BundleAppletCatalogue.class);

    private final BundleTracker<AppletEntry> tracker;

    @Activate
    public BundleAppletCatalogue(BundleContext context) {
        tracker = new BundleTracker<>(context, Bundle.RESOLVED | Bundle.STARTING | Bundle.ACTIVE | Bundle.STOPPING, new BundleTrackerCustomizer<>() {
            @Override
            public AppletEntry addingBundle(Bundle bundle, BundleEvent event) {
                return entry(bundle);
            }

            @Override
            public void modifiedBundle(Bundle bundle, BundleEvent event, AppletEntry entry) {}

            @Override
            public void removedBundle(Bundle bundle, BundleEvent event, AppletEntry entry) {}
        });
        tracker.open();
    }

    @Deactivate
    void close() {
        tracker.close();
    }

    private static AppletEntry entry(Bundle bundle) {
        String aid = bundle.getHeaders("").get(AID_HEADER);
        String name = bundle.getHeaders("").get(CLASS_HEADER);
        if (aid == null || name == null) {
            return null; // the tracker's word for "not interested"
        }
        try {
            Class<? extends Applet> type = bundle.loadClass(name.trim()).asSubclass(Applet.class);
            return new AppletEntry(HexFormat.of().parseHex(aid.trim()), type);
        } catch (ClassNotFoundException | ClassCastException | LinkageError | IllegalArgumentException e) {
            LOG.warn("bundle {} offers an applet that cannot be used", bundle.getSymbolicName(), e);
            return null;
        }
    }

    @Override
    public List<AppletEntry> applets() {
        return tracker.getTracked().values().stream().filter(Objects::nonNull).toList();
    }
}
