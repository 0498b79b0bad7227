// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.profile.text.internal;

import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.porto.crypto.api.CryptoService;
import org.porto.indicium.api.IndiciumProfile;
import org.porto.indicium.api.SymbolShape;
import org.porto.keys.api.KeyService;

/** {@code text-32}: 90 characters, both registers and a MAC of 21. */
@Component(name = "org.porto.indicium.profile.text-32", service = IndiciumProfile.class)
public final class Text32 extends TextRecord {

    @Activate
    public Text32(@Reference CryptoService crypto, @Reference KeyService keys) {
        super("text-32", new SymbolShape(32, 32, true), 90, true, crypto, keys);
    }
}
