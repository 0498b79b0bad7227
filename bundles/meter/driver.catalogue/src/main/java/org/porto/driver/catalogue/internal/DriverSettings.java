// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.catalogue.internal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Dictionary;
import java.util.Hashtable;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.osgi.framework.InvalidSyntaxException;
import org.osgi.service.cm.Configuration;
import org.osgi.service.cm.ConfigurationAdmin;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.porto.meter.api.MeterIdentity;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives drivers the settings that the catalogue has for this meter's model, as configurations of their own. What it made it marks,
 * and takes back when the model or its entry is another; a configuration that somebody else made is never touched.
 */
@Component(name = "org.porto.driver.catalogue.settings", service = DriverSettings.class, immediate = true)
public final class DriverSettings {

    static final String MARK = "porto.catalogue.model";
    private static final Logger LOG = LoggerFactory.getLogger(DriverSettings.class);

    private final ConfigurationAdmin configurations;
    private final String hardwareModel;
    private final List<HardwareModel> entries = new ArrayList<>();

    /** @param identity null in a product that is no meter, or not one yet: no settings then */
    @Activate
    public DriverSettings(
            @Reference ConfigurationAdmin configurations,
            @Reference(cardinality = ReferenceCardinality.OPTIONAL, policyOption = ReferencePolicyOption.GREEDY)
                    MeterIdentity identity) {
        this.configurations = configurations;
        this.hardwareModel = identity == null ? "" : identity.hardwareModel();
    }

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "removeModel")
    synchronized void addModel(HardwareModel entry) {
        entries.add(entry);
        apply();
    }

    synchronized void removeModel(HardwareModel entry) {
        // Taken back when the next entry comes: at a stop of the product all entries go, and drivers shall find their settings again.
        entries.remove(entry);
    }

    private void apply() {
        if (hardwareModel.isEmpty()) {
            return;
        }
        Map<String, Map<String, String>> wanted = new TreeMap<>();
        entries.stream()
                .filter(e -> e.model().equals(hardwareModel))
                .findFirst()
                .ifPresent(e -> wanted.putAll(e.settings()));
        try {
            Configuration[] made = configurations.listConfigurations("(" + MARK + "=*)");
            for (Configuration old : made == null ? new Configuration[0] : made) {
                if (!wanted.containsKey(old.getPid())) {
                    LOG.info("Settings of {} by the hardware catalogue are taken back", old.getPid());
                    old.delete();
                }
            }
            for (Map.Entry<String, Map<String, String>> setting : wanted.entrySet()) {
                set(setting.getKey(), setting.getValue());
            }
        } catch (IOException | InvalidSyntaxException e) {
            LOG.error("Settings of drivers for {} cannot be stored", hardwareModel, e);
        }
    }

    private void set(String pid, Map<String, String> values) throws IOException, InvalidSyntaxException {
        Configuration[] there = configurations.listConfigurations("(service.pid=" + pid + ")");
        if (there != null && there[0].getProperties().get(MARK) == null) {
            LOG.info("{} has a configuration of its own; the hardware catalogue leaves it", pid);
            return;
        }
        Dictionary<String, Object> properties = new Hashtable<>(values);
        properties.put(MARK, hardwareModel);
        int tilde = pid.indexOf('~');
        Configuration target = tilde < 0
                ? configurations.getConfiguration(pid, "?")
                : configurations.getFactoryConfiguration(pid.substring(0, tilde), pid.substring(tilde + 1), "?");
        if (target.updateIfDifferent(properties)) {
            LOG.info("{} is configured by the hardware catalogue for {}", pid, hardwareModel);
        }
    }
}
