// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * Serial number of a meter, station, merchant point or data centre: exactly 8 characters {@code A-Z 0-9}, 8 ASCII bytes on
 * the wire (rule N2).
 */
public record DeviceId(String value) implements Comparable<DeviceId> {

    public static final int BYTES = 8;
    private static final Pattern FORM = Pattern.compile("[A-Z0-9]{8}");

    public DeviceId {
        Objects.requireNonNull(value, "value");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("device id is 8 of A-Z 0-9, not '" + value + "'");
        }
    }

    /** @throws RefusedException {@code MOD-004} when it is not 8 characters of A-Z and 0-9 */
    public static DeviceId parse(String text) throws RefusedException {
        String plain = text.strip();
        if (!FORM.matcher(plain).matches()) {
            throw new RefusedException(ModelCode.IDENTITY_UNREADABLE, "device id '" + text + "'");
        }
        return new DeviceId(plain);
    }

    public static DeviceId of(byte[] eight) {
        return new DeviceId(new String(eight, StandardCharsets.US_ASCII));
    }

    public byte[] bytes() {
        return value.getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public int compareTo(DeviceId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
