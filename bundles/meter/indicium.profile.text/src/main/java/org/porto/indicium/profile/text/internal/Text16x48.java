// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.profile.text.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.porto.crypto.api.CryptoService;
import org.porto.indicium.api.IndiciumProfile;
import org.porto.indicium.api.SymbolShape;
import org.porto.keys.api.KeyService;

/** {@code text-16x48}: 70 characters, a MAC of 25. */
@Component(name = "org.porto.indicium.profile.text-16x48", service = IndiciumProfile.class)
public final class Text16x48 extends TextRecord {

    @Activate
    public Text16x48(@Reference CryptoService crypto, @Reference KeyService keys) {
        super("text-16x48", new SymbolShape(48, 16, true), 70, false, crypto, keys);
    }
}
