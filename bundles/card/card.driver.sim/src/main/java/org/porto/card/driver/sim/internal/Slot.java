// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.sim.internal;

import java.io.IOException;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;
import org.porto.javacard.runtime.api.CardMachine;
import org.porto.javacard.runtime.api.PowerCut;
import org.porto.javacard.runtime.api.UntrackedWrite;

/** A place for one virtual card. */
final class Slot implements CardSlot {

    /** A card inside. Its monitor is held while it works; {@link #pull} cuts the power before waiting for it. */
    private static final class Inserted {
        private final String label;
        private final CardMachine machine;
        private boolean out;
        private Object connection;

        Inserted(String label, CardMachine machine) {
            this.label = label;
            this.machine = machine;
        }
    }

    private final String name;
    private volatile Inserted inserted;

    Slot(String name) {
        this.name = name;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public boolean cardPresent() {
        return inserted != null;
    }

    /** Label of the card inside, or empty. */
    String label() {
        Inserted card = inserted;
        return card == null ? "" : card.label;
    }

    void put(String label, CardMachine machine) {
        inserted = new Inserted(label, machine);
    }

    /** Takes the card out, whatever it is doing. */
    void pull() throws IOException {
        Inserted card = inserted;
        if (card == null) {
            return;
        }
        card.machine.cut();
        inserted = null;
        synchronized (card) {
            card.out = true;
            card.machine.close();
        }
    }

    @Override
    public CardConnection connect() throws ReaderException, CardException {
        Inserted card = inserted;
        if (card == null) {
            throw new CardException("no card in slot " + name);
        }
        synchronized (card) {
            if (card.connection != null) {
                throw new ReaderException("slot " + name + " is connected");
            }
            if (card.out) {
                throw new CardException("card was removed");
            }
            try {
                card.machine.powerOn();
            } catch (IOException e) {
                throw new CardException("card does not answer", e);
            }
            Connection connection = new Connection(card);
            card.connection = connection;
            return connection;
        }
    }

    private record Connection(Inserted card, byte[] atr) implements CardConnection {

        Connection(Inserted card) {
            this(card, card.machine.atr());
        }

        @Override
        public byte[] atr() {
            return atr.clone();
        }

        @Override
        public byte[] transmit(byte[] command) throws ReaderException, CardException {
            synchronized (card) {
                if (card.connection != this) {
                    throw new ReaderException("connection is closed");
                }
                if (card.out) {
                    throw new CardException("card was removed");
                }
                try {
                    return card.machine.process(command);
                } catch (PowerCut | UntrackedWrite e) {
                    throw new CardException("card died", e);
                }
            }
        }

        @Override
        public void close() {
            synchronized (card) {
                if (card.connection == this) {
                    card.connection = null;
                    card.machine.powerOff();
                }
            }
        }

        @Override
        public boolean equals(Object other) {
            return this == other;
        }

        @Override
        public int hashCode() {
            return System.identityHashCode(this);
        }
    }
}
