// SPDX-License-Identifier: Apache-2.0
package org.porto.card.drawer.api;

import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.RefusedException;

/**
 * A folder of card files, shared by all stations of one machine; a card is in one slot at a time, whoever owns it (file lock).
 * Thread-safe. A card's contents survive every kill.
 */
@ProviderType
public interface CardDrawer {

    List<DrawerCard> cards() throws RefusedException;

    /**
     * Makes a blank card: the card maker's work.
     *
     * @return its transport key, 16 bytes, needed to personalise it
     */
    SecretBytes create(String label) throws RefusedException;

    /**
     * The transport key of a blank card, as the card maker's shipping note has it; of a real card, too, which is not among
     * {@link #cards()}.
     */
    SecretBytes transportKey(String label) throws RefusedException;

    /** Puts a card into a slot; empty slot name: the first. Done already: nothing happens. @throws RefusedException {@code DRW-001}, {@code -002}, {@code -004} */
    void insert(String label, String slot) throws RefusedException;

    /** Pulls the card out at once, whatever it is doing. @throws RefusedException {@code DRW-003} */
    void remove(String slot) throws RefusedException;
}
