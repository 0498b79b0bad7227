// SPDX-License-Identifier: Apache-2.0
package com.acme.reader.internal;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;

/** A card that answers 9000 to everything, on a port that stays the same while the card comes and goes. */
final class TestCard {

    static final byte[] OK = {(byte) 0x90, 0};
    private static final byte[] ATR = {0x3B, 0};
    private static final byte GIVE_ATR = 4;

    private final int port;
    private ServerSocket server;
    private Thread thread;
    private Socket reader;

    TestCard() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            this.port = any.getLocalPort();
        }
    }

    int port() {
        return port;
    }

    void insert() throws IOException {
        ServerSocket opened = new ServerSocket(port, 4, InetAddress.getLoopbackAddress());
        server = opened;
        thread = new Thread(() -> serve(opened), "test-card");
        thread.setDaemon(true);
        thread.start();
    }

    /** Idempotent. The port listens until the last accept has left it, so the server is waited for. */
    void remove() throws IOException, InterruptedException {
        if (server == null) {
            return;
        }
        server.close();
        hangUp();
        thread.join();
        server = null;
    }

    private synchronized void hangUp() throws IOException {
        if (reader != null) {
            reader.close();
        }
    }

    /** @return false when the card was pulled before the reader's call was taken */
    private synchronized boolean take(Socket socket, ServerSocket opened) {
        reader = socket;
        return !opened.isClosed();
    }

    private void serve(ServerSocket opened) {
        while (!opened.isClosed()) {
            try (Socket socket = opened.accept()) {
                if (take(socket, opened)) {
                    talk(socket);
                }
            } catch (IOException e) {
                // The reader or the card went away; the next reader may come.
                continue;
            }
        }
    }

    private static void talk(Socket socket) throws IOException {
        DataInputStream in = new DataInputStream(socket.getInputStream());
        DataOutputStream out = new DataOutputStream(socket.getOutputStream());
        while (true) {
            byte[] message = new byte[in.readUnsignedShort()];
            in.readFully(message);
            if (message.length > 1 || message[0] == GIVE_ATR) {
                byte[] answer = message.length > 1 ? OK : ATR;
                out.writeShort(answer.length);
                out.write(answer);
                out.flush();
            }
        }
    }
}
