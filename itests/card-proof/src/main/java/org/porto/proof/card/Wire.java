// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.util.ArrayList;
import java.util.List;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.card.spi.CardReaderDriver;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;

/** A reader driver with a listener at its contacts: what passes between slot and card, and for how long the card works on it. */
final class Wire implements CardReaderDriver {

    /** One exchange, in bytes each way. */
    record Exchange(int instruction, int command, int response) {}

    private static final int BAUD = 115_200;
    /** Start, eight bits, parity, two of guard time. */
    private static final int CHARACTER_ETU = 12;
    /** T=1: NAD, PCB, LEN before and LRC behind each block of at most 254 bytes. */
    private static final int BLOCK_FRAME_BYTES = 4;
    private static final int BLOCK_BYTES = 254;
    /** T=1: between blocks of opposite directions. */
    private static final int TURN_ETU = 22;
    /** T=0: between characters of opposite directions. */
    private static final int TURN_T0_ETU = 16;

    private final CardReaderDriver driver;
    private final List<Exchange> exchanges = new ArrayList<>();
    private long cardNanos;

    Wire(CardReaderDriver driver) {
        this.driver = driver;
    }

    synchronized void reset() {
        exchanges.clear();
        cardNanos = 0;
    }

    synchronized long cardNanos() {
        return cardNanos;
    }

    synchronized List<Exchange> exchanges() {
        return List.copyOf(exchanges);
    }

    private synchronized void passed(byte[] command, byte[] response, long nanos) {
        exchanges.add(new Exchange(command[1] & 0xFF, command.length, response.length));
        cardNanos += nanos;
    }

    /** T=1: each direction one block or more; every block after the first of a direction is asked for by an empty one. */
    static double millisT1(List<Exchange> exchanges) {
        long etu = 0;
        for (Exchange exchange : exchanges) {
            int blocks = blocks(exchange.command()) + blocks(exchange.response());
            int acknowledged = blocks - 2;
            long bytes = exchange.command() + exchange.response() + (long) (blocks + acknowledged) * BLOCK_FRAME_BYTES;
            etu += bytes * CHARACTER_ETU + (2L + 2 * acknowledged) * TURN_ETU;
        }
        return etu * 1e3 / BAUD;
    }

    private static int blocks(int bytes) {
        return Math.max(1, (bytes + BLOCK_BYTES - 1) / BLOCK_BYTES);
    }

    /**
     * T=0: header of 5 out, procedure byte in, data out, 61xx in; then GET RESPONSE of 5 out, procedure byte, data and 9000 in.
     * Where only one side has data, one of these commands.
     */
    static double millisT0(List<Exchange> exchanges) {
        long etu = 0;
        for (Exchange exchange : exchanges) {
            int sent = Math.max(0, exchange.command() - 6);
            int got = exchange.response() - 2;
            if (sent > 0) {
                etu += (5 + 1 + sent + 2L) * CHARACTER_ETU + 4L * TURN_T0_ETU;
            }
            if (got > 0 || sent == 0) {
                etu += (5 + 1 + got + 2L) * CHARACTER_ETU + 2L * TURN_T0_ETU;
            }
        }
        return etu * 1e3 / BAUD;
    }

    @Override
    public List<CardSlot> slots() throws ReaderException {
        List<CardSlot> slots = new ArrayList<>();
        for (CardSlot slot : driver.slots()) {
            slots.add(new Tapped(slot));
        }
        return slots;
    }

    private final class Tapped implements CardSlot {
        private final CardSlot slot;

        Tapped(CardSlot slot) {
            this.slot = slot;
        }

        @Override
        public String name() {
            return slot.name();
        }

        @Override
        public boolean cardPresent() throws ReaderException {
            return slot.cardPresent();
        }

        @Override
        public CardConnection connect() throws ReaderException, CardException {
            CardConnection connection = slot.connect();
            return new CardConnection() {
                @Override
                public byte[] atr() {
                    return connection.atr();
                }

                @Override
                public byte[] transmit(byte[] command) throws ReaderException, CardException {
                    long began = System.nanoTime();
                    byte[] response = connection.transmit(command);
                    passed(command, response, System.nanoTime() - began);
                    return response;
                }

                @Override
                public void close() {
                    connection.close();
                }
            };
        }
    }
}
