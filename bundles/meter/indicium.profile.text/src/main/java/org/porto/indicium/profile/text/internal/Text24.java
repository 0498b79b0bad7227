// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.profile.text.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.porto.crypto.api.CryptoService;
import org.porto.indicium.api.IndiciumProfile;
import org.porto.indicium.api.SymbolShape;
import org.porto.keys.api.KeyService;

/** {@code text-24}: 51 characters, a MAC of 6. */
@Component(name = "org.porto.indicium.profile.text-24", service = IndiciumProfile.class)
public final class Text24 extends TextRecord {

    @Activate
    public Text24(@Reference CryptoService crypto, @Reference KeyService keys) {
        super("text-24", new SymbolShape(24, 24, true), 51, false, crypto, keys);
    }
}
