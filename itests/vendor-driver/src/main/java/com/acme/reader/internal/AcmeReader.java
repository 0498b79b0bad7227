// SPDX-License-Identifier: Apache-2.0
package com.acme.reader.internal;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.card.spi.CardReaderDriver;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;

/**
 * One slot, whose card is behind a TCP socket: messages of a two-byte length and that many bytes; one byte is a signal (0 power
 * off, 1 power on, 4 give the ATR), more are a command APDU.
 */
@Component(
        name = "com.acme.reader",
        service = CardReaderDriver.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {CardReaderDriver.DRIVER_ID + "=acme-reader", CardReaderDriver.HARDWARE_MODELS + "=*"})
@Designate(ocd = AcmeConfig.class)
public final class AcmeReader implements CardReaderDriver, CardSlot {

    private static final int CONNECT_MILLIS = 500;
    private static final int ANSWER_MILLIS = 9_000;
    private static final byte POWER_OFF = 0;
    private static final byte POWER_ON = 1;
    private static final byte ATR = 4;

    private final InetSocketAddress address;
    private Link link;

    @Activate
    public AcmeReader(AcmeConfig config) {
        this(config.port());
    }

    AcmeReader(int port) {
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    @Deactivate
    void close() {
        disconnect();
    }

    @Override
    public List<CardSlot> slots() {
        return List.of(this);
    }

    @Override
    public String name() {
        return "front";
    }

    /** A card is there when somebody listens; the card's server serves one reader at a time, so an open link counts, too. */
    @Override
    public boolean cardPresent() {
        synchronized (this) {
            if (link != null) {
                return true;
            }
        }
        try (Socket probe = new Socket()) {
            probe.connect(address, CONNECT_MILLIS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public synchronized CardConnection connect() throws ReaderException, CardException {
        if (link != null) {
            throw new ReaderException("reader is in use");
        }
        Socket socket = new Socket();
        boolean done = false;
        try {
            socket.connect(address, CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MILLIS);
            link = new Link(socket);
            done = true;
            return link;
        } catch (IOException e) {
            throw new CardException("no card at port " + address.getPort(), e);
        } finally {
            if (!done) {
                abandon(socket);
            }
        }
    }

    private synchronized void disconnect() {
        if (link != null) {
            abandon(link.socket);
            link = null;
        }
    }

    private static void abandon(Socket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            // The socket is given up either way; close() of the SPI never throws.
            return;
        }
    }

    private final class Link implements CardConnection {

        private final Socket socket;
        private final DataInputStream in;
        private final byte[] atr;
        private boolean closed;

        Link(Socket socket) throws IOException {
            this.socket = socket;
            this.in = new DataInputStream(socket.getInputStream());
            send(new byte[] {POWER_ON});
            send(new byte[] {ATR});
            this.atr = receive();
        }

        private void send(byte[] message) throws IOException {
            byte[] framed = new byte[2 + message.length];
            framed[0] = (byte) (message.length >> 8);
            framed[1] = (byte) message.length;
            System.arraycopy(message, 0, framed, 2, message.length);
            OutputStream out = socket.getOutputStream();
            out.write(framed);
            out.flush();
        }

        private byte[] receive() throws IOException {
            byte[] message = new byte[in.readUnsignedShort()];
            in.readFully(message);
            return message;
        }

        @Override
        public byte[] atr() {
            return atr.clone();
        }

        @Override
        public byte[] transmit(byte[] command) throws ReaderException, CardException {
            if (closed) {
                throw new ReaderException("connection is closed");
            }
            try {
                send(command);
                return receive();
            } catch (IOException e) {
                throw new CardException("card is gone", e);
            }
        }

        @Override
        public void close() {
            if (closed) {
                return;
            }
            closed = true;
            try {
                send(new byte[] {POWER_OFF});
            } catch (IOException e) {
                // The card is gone already; it has no power then either.
                disconnect();
                return;
            }
            disconnect();
        }
    }
}
