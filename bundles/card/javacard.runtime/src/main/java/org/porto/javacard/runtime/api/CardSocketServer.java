// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.api;

import java.io.Closeable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;

/**
 * A card behind a TCP socket of the loopback address. A message is a length of two bytes, big-endian, and that many bytes. A
 * message of one byte is a signal: 0 power off, 1 power on, 4 give the ATR, which is answered; any longer one is a command
 * APDU, answered by its response. The server hangs up when the card loses its power.
 */
public final class CardSocketServer implements Closeable {

    private static final int POWER_OFF = 0;
    private static final int POWER_ON = 1;
    private static final int ATR = 4;
    private static final int BACKLOG = 4;

    private final CardMachine card;
    private final ServerSocket server;
    private final Thread thread;
    private volatile Socket peer;

    /** @param port 0 for any free one; the server owns the card from now on */
    public CardSocketServer(CardMachine card, int port) throws IOException {
        this.card = card;
        this.server = new ServerSocket(port, BACKLOG, InetAddress.getLoopbackAddress());
        this.thread = new Thread(this::serve, "card-socket-" + server.getLocalPort());
        thread.setDaemon(true);
        thread.start();
    }

    /** Serves a card file until the process is killed; prints its port. Arguments: FILE PORT AID-HEX APPLET-CLASS. */
    public static void main(String[] args) throws IOException, ClassNotFoundException, InterruptedException {
        if (args.length != 4) {
            System.err.println("usage: FILE PORT AID-HEX APPLET-CLASS");
            System.exit(2);
        }
        AppletEntry applet = new AppletEntry(
                HexFormat.of().parseHex(args[2]), Class.forName(args[3]).asSubclass(javacard.framework.Applet.class));
        CardMachine card = CardMachine.open(Path.of(args[0]), List.of(applet));
        try (CardSocketServer server = new CardSocketServer(card, Integer.parseInt(args[1]))) {
            System.out.println(server.port());
            server.thread.join();
        }
    }

    public int port() {
        return server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                socket.setTcpNoDelay(true);
                peer = socket;
                talk(new DataInputStream(socket.getInputStream()), new DataOutputStream(socket.getOutputStream()));
            } catch (EOFException | SocketException | PowerCut e) {
                // The reader or the card went away; the next reader may come.
                peer = null;
            } catch (IOException e) {
                return;
            } finally {
                card.powerOff();
            }
        }
    }

    private void talk(DataInputStream in, DataOutputStream out) throws IOException {
        while (true) {
            byte[] message = new byte[in.readUnsignedShort()];
            in.readFully(message);
            if (message.length > 1) {
                answer(out, card.process(message));
            } else if (message.length == 1 && message[0] == POWER_OFF) {
                card.powerOff();
            } else if (message.length == 1 && message[0] == POWER_ON) {
                card.powerOn();
            } else if (message.length == 1 && message[0] == ATR) {
                answer(out, card.atr());
            }
        }
    }

    private static void answer(DataOutputStream out, byte[] bytes) throws IOException {
        byte[] framed = new byte[2 + bytes.length];
        framed[0] = (byte) (bytes.length >> 8);
        framed[1] = (byte) bytes.length;
        System.arraycopy(bytes, 0, framed, 2, bytes.length);
        out.write(framed);
        out.flush();
    }

    /** Cuts the card's power and gives its file back. */
    @Override
    public void close() throws IOException {
        server.close();
        card.cut();
        Socket socket = peer;
        if (socket != null) {
            socket.close();
        }
        boolean interrupted = false;
        try {
            thread.join();
        } catch (InterruptedException e) {
            interrupted = true;
        }
        card.close();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
