// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.api;

import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.RefusedException;

/** A secure session with a blank card under its transport key (rule N2: no value before real keys are in). */
@ProviderType
public interface Personalisation extends AutoCloseable {

    /** The card makes its own key pair, once; the same key on repetition. SubjectPublicKeyInfo. */
    byte[] generateKey() throws RefusedException;

    /** Writes everything and turns the card operational in its last step; the transport key is gone then. Repeatable until then. */
    void complete(CardProfile profile, char[] pin) throws RefusedException;

    @Override
    void close();
}
