// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.catalogue.internal;

import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.component.annotations.ReferenceCardinality;
import org.osgi.service.component.annotations.ReferencePolicy;
import org.osgi.service.component.annotations.ReferencePolicyOption;
import org.porto.driver.api.DriverKind;
import org.porto.driver.api.Fit;
import org.porto.driver.api.HardwareCatalogue;

/** The entries there are; without one for a model, drivers are chosen by what they declare. */
@Component(name = "org.porto.driver.catalogue.service", immediate = true)
public final class Catalogue implements HardwareCatalogue {

    private static final int MODELS_MAX = 1024;

    private final List<HardwareModel> entries = new CopyOnWriteArrayList<>();

    @Activate
    public Catalogue() {}

    @Reference(
            cardinality = ReferenceCardinality.MULTIPLE,
            policy = ReferencePolicy.DYNAMIC,
            policyOption = ReferencePolicyOption.GREEDY,
            unbind = "removeModel")
    void addModel(HardwareModel entry) {
        if (entries.size() < MODELS_MAX) {
            entries.add(entry);
        }
    }

    void removeModel(HardwareModel entry) {
        entries.remove(entry);
    }

    /** The first one that came, where two are of one model. */
    private Optional<HardwareModel> entry(String model) {
        return entries.stream().filter(e -> e.model().equals(model)).findFirst();
    }

    @Override
    public Fit fit(DriverKind kind, String driverId, Collection<String> declaredModels, String hardwareModel) {
        if (hardwareModel.equals(NO_MODEL)) {
            return new Fit(true, Fit.ANY, "this product is no meter: any driver serves it");
        }
        Optional<HardwareModel> entry = entry(hardwareModel);
        Integer rank = entry.map(e -> e.ranks(kind).get(driverId)).orElse(null);
        if (rank != null) {
            return new Fit(true, rank, "the catalogue names it for " + hardwareModel);
        }
        if (entry.isPresent() && entry.get().namedOnly()) {
            return new Fit(false, 0, "the catalogue takes named drivers only for " + hardwareModel);
        }
        if (declaredModels.contains(hardwareModel)) {
            return new Fit(true, Fit.DECLARED, "it declares " + hardwareModel);
        }
        if (declaredModels.contains("*")) {
            return new Fit(true, Fit.ANY, "it declares any model");
        }
        String declared = declaredModels.isEmpty() ? "no model" : String.join(", ", declaredModels.stream().sorted().toList());
        return new Fit(false, 0, "it declares " + declared + ", this is " + hardwareModel);
    }

    @Override
    public List<String> named(DriverKind kind, String hardwareModel) {
        return entry(hardwareModel).map(e -> e.named(kind)).orElse(List.of());
    }

    @Override
    public List<String> models() {
        return entries.stream().map(HardwareModel::model).distinct().sorted().toList();
    }

    @Override
    public String description(String hardwareModel) {
        return entry(hardwareModel).map(HardwareModel::description).orElse("");
    }
}
