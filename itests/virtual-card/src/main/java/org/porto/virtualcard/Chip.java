// SPDX-License-Identifier: Apache-2.0
package org.porto.virtualcard;

import com.licel.jcardsim.base.Simulator;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HexFormat;
import javacard.framework.AID;
import org.porto.purse.applet.PurseApplet;

/**
 * The purse applet on jCardSim. Its memory lives as long as this object: power and readers may go and come, the end of the process
 * is the end of the card. jCardSim rolls nothing back, so power is only ever cut between two commands.
 */
final class Chip {

    static final byte[] PURSE = HexFormat.of().parseHex("F0504F52544F01");

    private static final byte[] HISTORICAL = {'P', 'O', 'R', 'T', 'O'};
    private static final int GET_RESPONSE = 0xC0;
    private static final int HEADER = 5;

    /** Transmission protocol that the card offers; a card of T=0 gives data to a command with data only when asked for them. */
    enum Protocol {
        T0,
        T1
    }

    private final Simulator simulator;
    private Protocol protocol = Protocol.T1;
    private byte[] waiting;

    static {
        // jCardSim's generators give the same numbers at every start unless told so; its signatures' and key pairs' one is
        // replaced by the class of its name beside this one
        System.setProperty("com.licel.jcardsim.randomdata.secure", "1");
    }

    Chip(byte[] transportKey) {
        simulator = new Simulator();
        byte[] parameters = ByteBuffer.allocate(3 + PURSE.length + transportKey.length)
                .put((byte) PURSE.length)
                .put(PURSE)
                .put((byte) 0)
                .put((byte) transportKey.length)
                .put(transportKey)
                .array();
        simulator.installApplet(
                new AID(PURSE, (short) 0, (byte) PURSE.length),
                PurseApplet.class,
                parameters,
                (short) 0,
                (byte) parameters.length);
    }

    synchronized void protocol(Protocol wanted) {
        protocol = wanted;
    }

    /** Power away, or the reset line: what is in transient memory is lost. */
    synchronized void reset() {
        waiting = null;
        simulator.reset();
    }

    synchronized byte[] atr() {
        ByteBuffer atr = ByteBuffer.allocate(4 + HISTORICAL.length).put((byte) 0x3B);
        if (protocol == Protocol.T0) {
            return Arrays.copyOf(atr.put((byte) HISTORICAL.length).put(HISTORICAL).array(), atr.position());
        }
        atr.put((byte) (0x80 | HISTORICAL.length)).put((byte) 0x01).put(HISTORICAL);
        byte check = 0;
        for (int i = 1; i < atr.position(); i++) {
            check ^= atr.get(i);
        }
        return atr.put(check).array();
    }

    synchronized byte[] process(byte[] command) {
        if (protocol == Protocol.T1 || command.length < HEADER) {
            return simulator.transmitCommand(command);
        }
        if ((command[1] & 0xFF) == GET_RESPONSE && waiting != null) {
            byte[] answer = waiting;
            waiting = null;
            return answer;
        }
        waiting = null;
        if (command.length == HEADER) {
            return simulator.transmitCommand(command);
        }
        // over T=0 a command with data cannot say how much it expects
        byte[] answer = simulator.transmitCommand(Arrays.copyOf(command, HEADER + (command[4] & 0xFF) + 1));
        if (answer.length == 2) {
            return answer;
        }
        waiting = answer;
        return new byte[] {0x61, (byte) (answer.length - 2)};
    }
}
