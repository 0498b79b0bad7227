// SPDX-License-Identifier: Apache-2.0
package org.porto.virtualcard;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;

/**
 * A card in a reader of vpcd, which listens. Messages of a two-byte length and that many bytes; one byte is a signal (0 power off,
 * 1 power on, 2 reset, 4 give the ATR, which is answered), more are a command, answered by its response.
 */
final class Bridge implements Closeable {

    private static final int POWER_OFF = 0;
    private static final int RESET = 2;
    private static final int ATR = 4;

    /** What befalls the card at the next command of that instruction. */
    record Fault(Kind kind, int instruction) {}

    enum Kind {
        /** Pulled out before it got the command. */
        PULL_BEFORE,
        /** Pulled out after it obeyed, before it answered. */
        PULL_AFTER,
        /** Obeyed, and never says a word again. */
        MUTE
    }

    private final Chip chip;
    private final Socket socket;
    private final AtomicReference<Fault> fault;
    private final Consumer<String> events;
    private final Thread thread;
    private volatile long commands;
    private volatile boolean closed;

    Bridge(Chip chip, int port, AtomicReference<Fault> fault, Consumer<String> events) throws IOException {
        this.chip = chip;
        this.fault = fault;
        this.events = events;
        this.socket = new Socket(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        socket.setTcpNoDelay(true);
        this.thread = new Thread(this::serve, "card");
        thread.setDaemon(true);
        thread.start();
    }

    long commands() {
        return commands;
    }

    private void serve() {
        try {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            boolean served = true;
            while (served) {
                served = answer(read(in));
            }
        } catch (EOFException | SocketException e) {
            if (!closed) {
                events.accept("unplugged");
            }
        } catch (IOException e) {
            events.accept("failed " + e.getMessage());
        }
    }

    /** vpcd sends length and body apart; without this the kernel keeps it waiting for 40 ms in between. */
    private byte[] read(DataInputStream in) throws IOException {
        byte[] message = new byte[in.readUnsignedShort()];
        quick();
        in.readFully(message);
        quick();
        return message;
    }

    private void quick() throws IOException {
        if (socket.supportedOptions().contains(ExtendedSocketOptions.TCP_QUICKACK)) {
            socket.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
        }
    }

    /** @return false when the card says no more */
    private boolean answer(byte[] message) throws IOException {
        if (message.length > 1) {
            return obey(message);
        }
        if (message.length == 1 && message[0] == ATR) {
            write(chip.atr());
        } else if (message.length == 1 && (message[0] == POWER_OFF || message[0] == RESET)) {
            chip.reset();
        }
        return true;
    }

    private boolean obey(byte[] command) throws IOException {
        commands++;
        Fault armed = fault.get();
        boolean now = armed != null && (command[1] & 0xFF) == armed.instruction() && fault.compareAndSet(armed, null);
        if (now && armed.kind() == Kind.PULL_BEFORE) {
            socket.close();
            events.accept("fault " + armed.kind());
            return false;
        }
        byte[] response = chip.process(command);
        if (now) {
            if (armed.kind() == Kind.PULL_AFTER) {
                socket.close();
            }
            events.accept("fault " + armed.kind());
            return false;
        }
        write(response);
        return true;
    }

    private void write(byte[] bytes) throws IOException {
        byte[] framed = new byte[2 + bytes.length];
        framed[0] = (byte) (bytes.length >> 8);
        framed[1] = (byte) bytes.length;
        System.arraycopy(bytes, 0, framed, 2, bytes.length);
        socket.getOutputStream().write(framed);
    }

    /** Out of the reader: the card has no power from now on. */
    @Override
    public void close() throws IOException {
        closed = true;
        socket.close();
        boolean interrupted = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        chip.reset();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
