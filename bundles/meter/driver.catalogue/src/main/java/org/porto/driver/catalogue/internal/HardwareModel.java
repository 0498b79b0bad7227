// SPDX-License-Identifier: Apache-2.0
package org.porto.driver.catalogue.internal;

import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.driver.api.DriverKind;

/** One entry of the catalogue. Checked when it is read: a doubtful entry is not there, and the log says why. */
@Component(
        name = "org.porto.driver.catalogue",
        service = HardwareModel.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = ModelConfig.class, factory = true)
public final class HardwareModel {

    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern DRIVER = Pattern.compile("[a-z0-9.-]{1,64}");
    private static final Pattern PID = Pattern.compile("[A-Za-z0-9._~-]{1,128}");
    private static final int RANK_MAX = 1_000_000;
    private static final int SETTINGS_MAX = 256;

    private final String model;
    private final String description;
    private final boolean namedOnly;
    private final Map<DriverKind, Map<String, Integer>> ranks;
    /** Keys and values by PID. */
    private final Map<String, Map<String, String>> settings;

    /** @throws IllegalArgumentException when a key is missing or malformed */
    @Activate
    public HardwareModel(ModelConfig config) {
        if (config.model() == null || !MODEL.matcher(config.model()).matches()) {
            throw new IllegalArgumentException("model is 1 to 64 of A-Z a-z 0-9 . _ -");
        }
        this.model = config.model();
        this.description = config.description();
        this.namedOnly = config.named_only();
        this.ranks = Map.of(
                DriverKind.READER, ranks(config.readers()),
                DriverKind.PRINTER, ranks(config.printers()));
        this.settings = settings(config.settings());
    }

    private static List<String> words(String[] lines) {
        return Arrays.stream(lines)
                .flatMap(line -> Arrays.stream(line.split(",")))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static Map<String, Integer> ranks(String[] lines) {
        Map<String, Integer> ranks = new LinkedHashMap<>();
        for (String word : words(lines)) {
            int equals = word.indexOf('=');
            String id = equals < 0 ? word : word.substring(0, equals).strip();
            int rank;
            try {
                rank = equals < 0 ? 100 : Integer.parseInt(word.substring(equals + 1).strip());
            } catch (NumberFormatException e) {
                throw new IllegalArgumentException("'" + word + "' is not id=rank", e);
            }
            if (!DRIVER.matcher(id).matches() || rank < 0 || rank > RANK_MAX || ranks.put(id, rank) != null) {
                throw new IllegalArgumentException("'" + word + "' is not id=rank, rank 0 to " + RANK_MAX + ", each id once");
            }
        }
        return ranks;
    }

    private static Map<String, Map<String, String>> settings(String[] lines) {
        Map<String, Map<String, String>> settings = new TreeMap<>();
        List<String> words = words(lines);
        if (words.size() > SETTINGS_MAX) {
            throw new IllegalArgumentException("more than " + SETTINGS_MAX + " settings");
        }
        for (String word : words) {
            int equals = word.indexOf('=');
            int slash = word.indexOf('/');
            if (slash < 1 || equals < slash + 2 || !PID.matcher(word.substring(0, slash)).matches()) {
                throw new IllegalArgumentException("'" + word + "' is not pid/key=value");
            }
            String key = word.substring(slash + 1, equals).strip();
            settings.computeIfAbsent(word.substring(0, slash), p -> new TreeMap<>())
                    .put(key, word.substring(equals + 1).strip());
        }
        return settings;
    }

    String model() {
        return model;
    }

    String description() {
        return description;
    }

    boolean namedOnly() {
        return namedOnly;
    }

    Map<String, Integer> ranks(DriverKind kind) {
        return ranks.get(kind);
    }

    Map<String, Map<String, String>> settings() {
        return settings;
    }

    List<String> named(DriverKind kind) {
        return ranks(kind).entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .map(Map.Entry::getKey)
                .toList();
    }
}
