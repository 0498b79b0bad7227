// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.iso20022.internal;

import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Pattern;
import org.porto.bank.api.BankCode;
import org.porto.model.api.RefusedException;

/** An account number as in ISO 13616: form and check digits (ISO 7064, MOD 97-10). */
final class Iban {

    private static final Pattern FORM = Pattern.compile("[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}");
    private static final BigInteger MODULUS = BigInteger.valueOf(97);

    private Iban() {}

    /** @return without spaces */
    static String check(String text) throws RefusedException {
        String plain = text.replace(" ", "").toUpperCase(Locale.ROOT);
        if (!FORM.matcher(plain).matches()) {
            throw new RefusedException(BankCode.IBAN_WRONG, "form");
        }
        StringBuilder digits = new StringBuilder();
        (plain.substring(4) + plain.substring(0, 4)).chars().forEach(c -> digits.append(Character.digit(c, 36)));
        if (new BigInteger(digits.toString()).mod(MODULUS).intValue() != 1) {
            throw new RefusedException(BankCode.IBAN_WRONG, "check digits");
        }
        return plain;
    }
}
