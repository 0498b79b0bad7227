// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import javax.smartcardio.CardTerminal;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;

/** One reader of the PC/SC service, by its name there. Outlives restarts of the service. */
final class Slot implements CardSlot {

    private final String name;
    private final Settings settings;
    private final Runnable hangs;
    /** Null while the reader is not there. Guarded by this. */
    private CardTerminal terminal;
    /** Guarded by this. */
    private boolean present;
    /** Guarded by this. */
    private Link link;

    Slot(String name, Settings settings, Runnable hangs) {
        this.name = name;
        this.settings = settings;
        this.hangs = hangs;
    }

    @Override
    public String name() {
        return name;
    }

    synchronized void seen(CardTerminal now, boolean cardPresent) {
        terminal = now;
        present = cardPresent;
    }

    synchronized void gone() {
        terminal = null;
        present = false;
    }

    /** No card in a reader that is gone: a failure would hide the other readers from whoever looks. */
    @Override
    public synchronized boolean cardPresent() {
        return present;
    }

    @Override
    public CardConnection connect() throws ReaderException, CardException {
        Link made;
        synchronized (this) {
            if (terminal == null) {
                throw new ReaderException(name + ": the reader is gone");
            }
            if (link != null) {
                throw new ReaderException(
                        name + (link.mute() ? ": a call from before still hangs; take the card out" : ": is in use"));
            }
            made = new Link(name, terminal, settings, hangs, this::released);
            link = made;
        }
        boolean open = false;
        try {
            made.open();
            open = true;
            return made;
        } finally {
            if (!open) {
                made.close();
            }
        }
    }

    private synchronized void released() {
        link = null;
    }
}
