// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import javax.smartcardio.ATR;
import javax.smartcardio.Card;
import javax.smartcardio.CardChannel;
import javax.smartcardio.CardException;
import javax.smartcardio.CardNotPresentException;
import javax.smartcardio.CardTerminal;
import javax.smartcardio.CommandAPDU;
import javax.smartcardio.ResponseAPDU;
import org.porto.card.spi.ReaderException;

/** A PC/SC service that does as the JDK's was seen to do, down to what it throws. */
final class FakeStack implements Stack {

    /** What befalls the next exchange. */
    enum Next {
        ANSWER,
        PULLED,
        HANG,
        READER_GONE,
        CARD_DEAD,
        TOO_LONG,
        HELD
    }

    static final byte[] OK = {(byte) 0x90, 0};

    final Terminal terminal = new Terminal("Fake 00 00");
    final List<String> calls = new ArrayList<>();
    final CountDownLatch unhang = new CountDownLatch(1);
    final CountDownLatch down = new CountDownLatch(1);
    volatile boolean service = true;
    volatile boolean readers = true;
    volatile Next next = Next.ANSWER;
    volatile int renewals;

    private static CardException scard(String code) {
        return new CardException("failed", new Exception(code));
    }

    @Override
    public List<CardTerminal> terminals() throws ReaderException {
        if (!service) {
            throw new ReaderException("the PC/SC service is not there");
        }
        return readers ? List.of(terminal, new Terminal("Other 00 00")) : List.of();
    }

    @Override
    public void renew() {
        renewals++;
    }

    private void hang() {
        boolean waiting = true;
        while (waiting) {
            try {
                unhang.await();
                waiting = false;
            } catch (InterruptedException e) {
                called("interrupted"); // native code does not notice either
            }
        }
        down.countDown();
    }

    private synchronized void called(String what) {
        calls.add(what);
    }

    final class Terminal extends CardTerminal {
        private final String name;
        private volatile FakeCard inside;

        Terminal(String name) {
            this.name = name;
        }

        void insert() {
            inside = new FakeCard();
        }

        void pull() {
            FakeCard card = inside;
            inside = null;
            if (card != null) {
                card.removed = true;
            }
        }

        @Override
        public String getName() {
            return name;
        }

        @Override
        public Card connect(String protocol) throws CardException {
            called("connect " + protocol);
            FakeCard card = inside;
            if (card == null) {
                throw new CardNotPresentException("No card present", new Exception("SCARD_E_NO_SMARTCARD"));
            }
            return card.powered();
        }

        @Override
        public boolean isCardPresent() throws CardException {
            if (!service) {
                throw scard("SCARD_E_SERVICE_STOPPED");
            }
            return inside != null;
        }

        @Override
        public boolean waitForCardPresent(long timeout) {
            throw new UnsupportedOperationException();
        }

        @Override
        public boolean waitForCardAbsent(long timeout) {
            throw new UnsupportedOperationException();
        }
    }

    private final class FakeCard {
        private volatile boolean removed;

        Card powered() {
            return new Powered(this);
        }
    }

    private final class Powered extends Card {
        private final FakeCard card;
        private boolean left;

        Powered(FakeCard card) {
            this.card = card;
        }

        @Override
        public ATR getATR() {
            return new ATR(new byte[] {0x3B, 0});
        }

        @Override
        public String getProtocol() {
            return "T=1";
        }

        @Override
        public CardChannel getBasicChannel() {
            if (left || card.removed) {
                throw new IllegalStateException("Card has been removed");
            }
            return new Channel(this);
        }

        @Override
        public CardChannel openLogicalChannel() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void beginExclusive() {
            called("begin");
            if (next == Next.HELD) {
                hang();
            }
        }

        @Override
        public void endExclusive() {
            called("end");
        }

        @Override
        public byte[] transmitControlCommand(int code, byte[] command) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void disconnect(boolean reset) throws CardException {
            called("disconnect " + reset);
            left = true;
            if (card.removed) {
                throw scard("SCARD_W_REMOVED_CARD");
            }
        }
    }

    private final class Channel extends CardChannel {
        private final Powered card;

        Channel(Powered card) {
            this.card = card;
        }

        @Override
        public Card getCard() {
            return card;
        }

        @Override
        public int getChannelNumber() {
            return 0;
        }

        @Override
        public ResponseAPDU transmit(CommandAPDU command) {
            throw new UnsupportedOperationException();
        }

        @Override
        public int transmit(ByteBuffer command, ByteBuffer response) throws CardException {
            Next now = next;
            next = Next.ANSWER;
            switch (now) {
                case PULLED:
                    return 0;
                case HANG:
                    hang();
                    break;
                case READER_GONE:
                    throw scard("SCARD_E_READER_UNAVAILABLE");
                case CARD_DEAD:
                    throw scard("SCARD_W_UNRESPONSIVE_CARD");
                case TOO_LONG:
                    response.put(new byte[4000]);
                    break;
                default:
            }
            response.put(OK);
            return OK.length;
        }

        @Override
        public void close() {
            throw new UnsupportedOperationException();
        }
    }
}
