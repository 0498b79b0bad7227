// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.smartcardio.Card;
import javax.smartcardio.CardTerminal;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.card.spi.ReaderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A powered card. Every call of the stack runs on the link's own thread: the stack knows no time limit, a mute card would hold its
 * caller for good. A call that does not come back is left behind with its thread, which powers the card down once it does.
 */
final class Link implements CardConnection {

    private static final Logger LOG = LoggerFactory.getLogger(Link.class);
    private static final int ANSWER_BYTES_MIN = 2;
    /** More than a card may answer, so that too long an answer is seen as one. */
    private static final int ANSWER_SPACE = 512;
    private static final long SLICE_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    /** Well below what card.core gives to a close. */
    private static final Duration CLOSE = Duration.ofMillis(1500);

    private final String reader;
    private final CardTerminal terminal;
    private final Settings settings;
    private final Runnable hangs;
    private final Runnable released;
    private final ExecutorService thread;
    /** Confined to the thread. */
    private Card card;

    private byte[] atr;
    private boolean closed;
    private volatile boolean mute;
    private volatile boolean waitingForHold;

    /**
     * @param hangs run when a call did not come back in time
     * @param released run once when the card has been let go of, which a call that hangs delays
     */
    Link(String reader, CardTerminal terminal, Settings settings, Runnable hangs, Runnable released) {
        this.reader = reader;
        this.terminal = terminal;
        this.settings = settings;
        this.hangs = hangs;
        this.released = released;
        this.thread = Executors.newSingleThreadExecutor(task -> {
            Thread made = new Thread(task, "pcsc-" + reader);
            made.setDaemon(true);
            return made;
        });
    }

    void open() throws ReaderException, CardException {
        atr = call(this::powerUp);
    }

    /** Connecting alone does not reset a card that another program left under power. */
    private byte[] powerUp() throws javax.smartcardio.CardException {
        card = terminal.connect(settings.protocol());
        card.disconnect(true);
        card = terminal.connect(settings.protocol());
        if (settings.exclusive()) {
            waitingForHold = true;
            card.beginExclusive();
            waitingForHold = false;
        }
        return card.getATR().getBytes();
    }

    boolean mute() {
        return mute;
    }

    @Override
    public byte[] atr() {
        return atr.clone();
    }

    @Override
    public byte[] transmit(byte[] command) throws ReaderException, CardException {
        if (closed) {
            throw new ReaderException(reader + ": connection is closed");
        }
        if (mute) {
            throw new CardException(reader + ": card does not answer");
        }
        byte[] sent = command.clone();
        byte[] answer = call(() -> exchange(sent));
        if (answer.length < ANSWER_BYTES_MIN) {
            // a card pulled in the middle of an exchange: the JDK hands up an answer of no bytes
            throw new CardException(reader + ": card was lost in the exchange");
        }
        return answer;
    }

    private byte[] exchange(byte[] command) throws javax.smartcardio.CardException {
        ByteBuffer answer = ByteBuffer.allocate(ANSWER_SPACE);
        int length = card.getBasicChannel().transmit(ByteBuffer.wrap(command), answer);
        return Arrays.copyOf(answer.array(), length);
    }

    private byte[] call(Callable<byte[]> task) throws ReaderException, CardException {
        Future<byte[]> future = thread.submit(task);
        try {
            return patient(future);
        } catch (TimeoutException e) {
            mute = true;
            hangs.run();
            if (waitingForHold) {
                throw new ReaderException(reader + ": another program holds the card", e);
            }
            throw new CardException(reader + ": no answer in " + settings.answer().toMillis() + " ms", e);
        } catch (InterruptedException e) {
            mute = true;
            Thread.currentThread().interrupt();
            throw new CardException(reader + ": given up", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof javax.smartcardio.CardException) {
                Failures.rethrow(reader, (javax.smartcardio.CardException) e.getCause());
            }
            if (e.getCause() instanceof IllegalStateException
                    || e.getCause() instanceof IllegalArgumentException
                    || e.getCause() instanceof BufferOverflowException) {
                // the JDK's words for a card that is gone, for an answer of no bytes and for one too long
                throw new CardException(reader + ": " + e.getCause().getMessage(), e.getCause());
            }
            throw new IllegalStateException(reader + ": " + e.getCause(), e.getCause());
        }
    }

    /** Counts the limit in short waits, as card.core does: while the whole process stands still the card is not to blame. */
    private byte[] patient(Future<byte[]> future) throws InterruptedException, ExecutionException, TimeoutException {
        for (long left = settings.answer().toNanos(); left > SLICE_NANOS; left -= SLICE_NANOS) {
            try {
                return future.get(SLICE_NANOS, TimeUnit.NANOSECONDS);
            } catch (TimeoutException e) {
                continue;
            }
        }
        return future.get(SLICE_NANOS, TimeUnit.NANOSECONDS);
    }

    @Override
    public void close() {
        if (closed) {
            return;
        }
        closed = true;
        Future<?> down = thread.submit(this::powerDown);
        thread.shutdown();
        if (mute) {
            return;
        }
        try {
            down.get(CLOSE.toNanos(), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            LOG.warn("CRD-003 {} does not let its card go", reader, e);
            hangs.run();
        } catch (ExecutionException e) {
            LOG.warn("CRD-003 {} did not let its card go", reader, e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void powerDown() {
        try {
            if (card != null) {
                card.disconnect(true);
            }
        } catch (javax.smartcardio.CardException | IllegalStateException e) {
            LOG.debug("{}: the card is gone already", reader, e);
        } finally {
            released.run();
        }
    }
}
