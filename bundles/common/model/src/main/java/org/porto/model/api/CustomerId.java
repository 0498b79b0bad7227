// SPDX-License-Identifier: Apache-2.0
package org.porto.model.api;

import java.util.Objects;
import java.util.regex.Pattern;

/** A customer of the data centre: 1 to 20 characters {@code A-Z 0-9 -}. */
public record CustomerId(String value) implements Comparable<CustomerId> {

    private static final Pattern FORM = Pattern.compile("[A-Z0-9][A-Z0-9-]{0,19}");

    public CustomerId {
        Objects.requireNonNull(value, "value");
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("customer id is 1 to 20 of A-Z 0-9 -, not '" + value + "'");
        }
    }

    /** @throws RefusedException {@code MOD-004} when it is not of that form */
    public static CustomerId parse(String text) throws RefusedException {
        String plain = text.strip();
        if (!FORM.matcher(plain).matches()) {
            throw new RefusedException(ModelCode.IDENTITY_UNREADABLE, "customer id '" + text + "'");
        }
        return new CustomerId(plain);
    }

    @Override
    public int compareTo(CustomerId other) {
        return value.compareTo(other.value);
    }

    @Override
    public String toString() {
        return value;
    }
}
