// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;

import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.HexFormat;
import org.junit.Test;
import org.porto.javacard.runtime.api.CardMachine;
import org.porto.javacard.runtime.api.CardSocketServer;

public class CardSocketServerTest {

    private static byte[] exchange(Socket socket, byte[] message, boolean answered) throws IOException {
        byte[] framed = new byte[2 + message.length];
        framed[1] = (byte) message.length;
        System.arraycopy(message, 0, framed, 2, message.length);
        socket.getOutputStream().write(framed);
        DataInputStream in = new DataInputStream(socket.getInputStream());
        byte[] answer = new byte[answered ? in.readUnsignedShort() : 0];
        in.readFully(answer);
        return answer;
    }

    @Test
    public void readersComeAndGo() throws IOException {
        CardMachine card = CardMachine.inMemory(LedgerApplet.class, LedgerApplet.AID, new byte[16]);
        try (CardSocketServer server = new CardSocketServer(card, 0)) {
            for (int i = 0; i < 3; i++) {
                new Socket(InetAddress.getLoopbackAddress(), server.port()).close(); // is a card there?
                try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                    exchange(socket, new byte[] {1}, false);
                    assertArrayEquals(card.atr(), exchange(socket, new byte[] {4}, true));
                    byte[] select = HexFormat.of().parseHex("00A4040006F00102030405");
                    assertEquals("9000", HexFormat.of().formatHex(exchange(socket, select, true)));
                }
            }
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
                exchange(socket, new byte[] {1}, false);
                exchange(socket, new byte[] {4}, true); // an answer: the power is on before it is cut
                card.cut();
                exchange(socket, new byte[] {0, 1, 2, 3}, false);
                assertEquals("hangs up without power", -1, socket.getInputStream().read());
            }
        }
    }
}
