// SPDX-License-Identifier: Apache-2.0
package org.porto.meter.identity.internal;

import java.util.Currency;
import java.util.Set;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.DeviceId;

/** Checked once, at activation: a meter with a doubtful identity does not start (rules N1, N2). */
@Component(name = "org.porto.meter", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = IdentityConfig.class)
public final class ConfiguredIdentity implements MeterIdentity {

    private static final Set<String> PROFILES = Set.of("psd", "meter");
    private static final Pattern MODEL = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    private final DeviceId serial;
    private final String profile;
    private final String hardwareModel;
    private final Currency currency;

    /** @throws IllegalArgumentException when a key is missing or malformed */
    @Activate
    public ConfiguredIdentity(IdentityConfig config) {
        this(config.serial(), config.profile(), config.hardware_model(), config.currency());
    }

    ConfiguredIdentity(String serial, String profile, String hardwareModel, String currency) {
        this.serial = new DeviceId(given("serial", serial));
        this.profile = given("profile", profile);
        this.hardwareModel = given("hardware.model", hardwareModel);
        this.currency = Currency.getInstance(given("currency", currency));
        if (!PROFILES.contains(this.profile)) {
            throw new IllegalArgumentException("profile is psd or meter, not '" + profile + "'");
        }
        if (!MODEL.matcher(this.hardwareModel).matches()) {
            throw new IllegalArgumentException("hardware.model is 1 to 64 of A-Z a-z 0-9 . _ -");
        }
    }

    private static String given(String key, String value) {
        if (value == null || value.isBlank()) {
            throw new IllegalArgumentException(key + " is not configured");
        }
        return value;
    }

    @Override
    public DeviceId serial() {
        return serial;
    }

    @Override
    public String profile() {
        return profile;
    }

    @Override
    public String hardwareModel() {
        return hardwareModel;
    }

    @Override
    public Currency currency() {
        return currency;
    }
}
