// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import javacard.security.RandomData;
import org.porto.proof.card.CheapCrypto;

/** The simulation's cards draw from its seed, so that a run can be repeated. */
public final class SecureRandomData extends RandomData implements Engine {

    @Override
    public void forget() {}

    @Override
    public void generateData(byte[] buffer, short offset, short length) {
        Output.put(CheapCrypto.cardRandom(length), buffer, offset);
    }

    @Override
    public void setSeed(byte[] buffer, short offset, short length) {
        throw new UnsupportedOperationException();
    }
}
