// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.command;

import java.util.Currency;
import java.util.Locale;
import org.osgi.framework.BundleContext;
import org.osgi.framework.ServiceReference;
import org.porto.issuer.api.Issuer;
import org.porto.issuer.api.IssuerCode;
import org.porto.model.api.RefusedException;

/** The issuer's configured currency is a property of its service. */
final class IssuerCurrency {

    private IssuerCurrency() {}

    static Currency of(BundleContext context, String wanted) throws RefusedException {
        String code = wanted;
        if (code == null) {
            ServiceReference<Issuer> issuer = context.getServiceReference(Issuer.class);
            if (issuer == null || !(issuer.getProperty("currency") instanceof String configured)) {
                throw new RefusedException(IssuerCode.FIELD_WRONG, "give --currency");
            }
            code = configured;
        }
        try {
            return Currency.getInstance(code.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new RefusedException(IssuerCode.FIELD_WRONG, "currency '" + code + "'", e);
        }
    }
}
