// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.util.Arrays;

/** One command and what the applet answers so far. */
public final class Dialogue {

    private static final int HEADER = 5;
    private static final int BUFFER_BYTES = HEADER + 256;
    /** The longest that {@link javacard.framework.APDU} lets through. */
    private static final int RESPONSE_BYTES = 256;

    private final byte[] command;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] response = new byte[RESPONSE_BYTES];
    private int sent;
    private final int incoming;
    private final int expected;

    /** @throws IllegalArgumentException when the command is not a short APDU */
    public Dialogue(byte[] command) {
        this.command = command.clone();
        System.arraycopy(command, 0, buffer, 0, Math.min(command.length, HEADER));
        if (command.length == 4) {
            incoming = 0;
            expected = 256;
        } else if (command.length == 5) {
            incoming = 0;
            expected = length(command[4]);
        } else if (command.length > 5 && (command[4] & 0xFF) != 0) {
            incoming = command[4] & 0xFF;
            int rest = command.length - HEADER - incoming;
            if (rest != 0 && rest != 1) {
                throw new IllegalArgumentException("length of command");
            }
            expected = rest == 0 ? 256 : length(command[command.length - 1]);
        } else {
            throw new IllegalArgumentException("length of command");
        }
    }

    private static int length(byte le) {
        return le == 0 ? 256 : le & 0xFF;
    }

    public byte[] buffer() {
        return buffer;
    }

    public int incoming() {
        return incoming;
    }

    public int expected() {
        return expected;
    }

    /** Moves the data field into the buffer. */
    public void receive() {
        System.arraycopy(command, Math.min(HEADER, command.length), buffer, HEADER, incoming);
    }

    public void send(byte[] data, int offset, int length) {
        System.arraycopy(data, offset, response, sent, length);
        sent += length;
    }

    public int sent() {
        return sent;
    }

    boolean select() {
        return command[0] == 0 && command[1] == (byte) 0xA4 && command[2] == 4 && (command[3] & 0xF3) == 0;
    }

    byte[] data() {
        return Arrays.copyOfRange(command, Math.min(HEADER, command.length), Math.min(HEADER, command.length) + incoming);
    }

    byte[] response(int sw) {
        int kind = sw >> 8;
        int data = sw == 0x9000 || kind >= 0x61 && kind <= 0x63 ? sent : 0;
        byte[] answer = Arrays.copyOf(response, data + 2);
        answer[data] = (byte) kind;
        answer[data + 1] = (byte) sw;
        return answer;
    }
}
