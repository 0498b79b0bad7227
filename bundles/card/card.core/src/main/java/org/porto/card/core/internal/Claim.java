// SPDX-License-Identifier: Apache-2.0
package org.porto.card.core.internal;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardCode;
import org.porto.card.api.ExchangeException;
import org.porto.card.spi.CardConnection;
import org.porto.card.spi.CardException;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;
import org.porto.model.api.RefusedException;

/** A slot in use: all calls of its connection come from one thread, each under a limit. */
final class Claim implements CardClaim {

    private static final int COMMAND_BYTES_MIN = 4;
    private static final int COMMAND_BYTES_MAX = 261;
    private static final int RESPONSE_BYTES_MIN = 2;
    private static final int RESPONSE_BYTES_MAX = 258;
    private static final int ATR_BYTES_MAX = 33;

    private final String name;
    private final Driver driver;
    private final Limits limits;
    private final Worker worker;
    private final Runnable released;
    private final AtomicBoolean closed = new AtomicBoolean();
    private CardConnection connection;
    private byte[] atr;
    private volatile CardCode dead;

    private Claim(String name, Driver driver, Limits limits, Runnable released) {
        this.name = name;
        this.driver = driver;
        this.limits = limits;
        this.released = released;
        this.worker = new Worker("card-claim-" + name);
    }

    /** @param released run once, when the claim is closed or could not be made */
    static Claim connect(String name, Driver driver, CardSlot slot, Limits limits, Runnable released)
            throws RefusedException {
        Claim claim = new Claim(name, driver, limits, released);
        boolean done = false;
        try {
            claim.connect(slot);
            done = true;
            return claim;
        } finally {
            if (!done) {
                claim.close();
            }
        }
    }

    private void connect(CardSlot slot) throws RefusedException {
        try {
            worker.call(() -> powerUp(slot), limits.transmit());
        } catch (TimeoutException e) {
            driver.quarantine("connect hangs", e);
            throw new RefusedException(CardCode.DRIVER_QUARANTINED, name, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof ReaderException) {
                throw new RefusedException(CardCode.READER_FAILED, name, e.getCause());
            } else if (e.getCause() instanceof CardException) {
                throw new RefusedException(CardCode.CARD_ABSENT, name, e.getCause());
            }
            driver.quarantine("connect throws " + e.getCause(), e.getCause());
            throw new RefusedException(CardCode.DRIVER_QUARANTINED, name, e.getCause());
        }
    }

    private Void powerUp(CardSlot slot) throws ReaderException, CardException {
        if (!slot.cardPresent()) {
            throw new CardException("no card");
        }
        connection = slot.connect();
        byte[] answer = connection.atr();
        if (answer == null || answer.length < 2 || answer.length > ATR_BYTES_MAX) {
            throw new ReaderException("answer to reset is malformed");
        }
        atr = answer.clone();
        return null;
    }

    @Override
    public String readerName() {
        return name;
    }

    @Override
    public byte[] atr() {
        return atr.clone();
    }

    @Override
    public byte[] transmit(byte[] command) throws ExchangeException {
        if (command.length < COMMAND_BYTES_MIN || command.length > COMMAND_BYTES_MAX) {
            throw new IllegalArgumentException("command of " + command.length + " bytes");
        }
        if (closed.get()) {
            throw new ExchangeException(CardCode.CLAIM_CLOSED, name, null);
        }
        if (dead != null) {
            throw new ExchangeException(dead, name, null);
        }
        byte[] sent = command.clone();
        byte[] response = exchange(() -> connection.transmit(sent));
        if (response == null || response.length < RESPONSE_BYTES_MIN || response.length > RESPONSE_BYTES_MAX) {
            throw die(CardCode.ANSWER_MALFORMED, null);
        }
        return response.clone();
    }

    private byte[] exchange(Callable<byte[]> task) throws ExchangeException {
        try {
            return worker.call(task, limits.transmit());
        } catch (TimeoutException e) {
            driver.quarantine("transmit hangs", e);
            throw die(CardCode.CARD_MUTE, e);
        } catch (RejectedExecutionException e) {
            throw new ExchangeException(CardCode.CLAIM_CLOSED, name, e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof CardException) {
                throw die(CardCode.CARD_LOST, e.getCause());
            } else if (!(e.getCause() instanceof ReaderException)) {
                driver.quarantine("transmit throws " + e.getCause(), e.getCause());
            }
            throw die(CardCode.READER_FAILED, e.getCause());
        }
    }

    private ExchangeException die(CardCode code, Throwable cause) {
        dead = code;
        return new ExchangeException(code, name, cause);
    }

    /** Whether the card was lost, so that the next one is a new one. */
    boolean cardLost() {
        return dead == CardCode.CARD_LOST;
    }

    @Override
    public void close() {
        if (!closed.compareAndSet(false, true)) {
            return;
        }
        try {
            worker.call(this::powerDown, limits.look());
        } catch (TimeoutException e) {
            driver.quarantine("close hangs", e);
        } catch (ExecutionException e) {
            driver.quarantine("close throws " + e.getCause(), e.getCause());
        } finally {
            worker.close();
            released.run();
        }
    }

    private Void powerDown() {
        if (connection != null) {
            connection.close();
        }
        return null;
    }

    /** Time limits. */
    record Limits(Duration transmit, Duration look, Duration handler, Duration swap) {
        static final Limits PRODUCT = new Limits(
                Duration.ofSeconds(10), Duration.ofSeconds(5), Duration.ofSeconds(30), Duration.ofSeconds(30));
    }
}
