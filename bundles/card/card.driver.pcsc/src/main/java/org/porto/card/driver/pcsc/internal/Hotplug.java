// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import javax.smartcardio.CardException;
import javax.smartcardio.CardTerminal;
import org.porto.card.spi.CardSlot;
import org.porto.card.spi.ReaderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What readers and cards there are, kept by a thread that looks again and again, so that nobody else waits for the PC/SC service.
 * When a call hangs, the link to the service is left to it, and another thread goes on over a new one.
 */
final class Hotplug implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Hotplug.class);
    /** A look may wait for an exchange to end: the JDK has one link to the service for all. */
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    /** @param failure why there are no slots, empty when that is so */
    private record View(List<CardSlot> slots, String failure) {}

    /** One thread's turn. */
    private final class Turn implements Runnable {
        private volatile boolean over;
        private volatile boolean busy;
        private volatile long began;

        @Override
        public void run() {
            while (!over) {
                began = System.nanoTime();
                busy = true;
                look(this);
                busy = false;
                long end = System.nanoTime() + settings.poll().toNanos();
                for (long left = settings.poll().toNanos(); left > 0 && !over; left = end - System.nanoTime()) {
                    LockSupport.parkNanos(left);
                }
            }
        }
    }

    private final Stack stack;
    private final Settings settings;
    private final Map<String, Slot> known = new HashMap<>();
    private volatile View view = new View(List.of(), "");
    private Turn turn;
    private Thread thread;
    private boolean closed;

    Hotplug(Stack stack, Settings settings) {
        this.stack = stack;
        this.settings = settings;
    }

    synchronized void start() {
        turn = new Turn();
        thread = new Thread(turn, "pcsc-readers");
        thread.setDaemon(true);
        thread.start();
    }

    List<CardSlot> slots() throws ReaderException {
        View seen = view;
        if (!seen.failure().isEmpty()) {
            throw new ReaderException(seen.failure());
        }
        Turn now = now();
        if (now != null && now.busy && System.nanoTime() - now.began > settings.answer().plus(PATIENCE).toNanos()) {
            throw new ReaderException("the PC/SC service does not answer");
        }
        return seen.slots();
    }

    private synchronized Turn now() {
        return turn;
    }

    /** Looks once, on the caller's thread. */
    void look() {
        look(null);
    }

    private void look(Turn by) {
        try {
            List<CardTerminal> terminals = stack.terminals();
            Map<CardTerminal, Boolean> present = new HashMap<>();
            for (CardTerminal terminal : terminals) {
                if (settings.readers().matcher(terminal.getName()).matches()) {
                    present.put(terminal, terminal.isCardPresent());
                }
            }
            publish(by, present);
        } catch (ReaderException e) {
            fail(by, e.getMessage(), e);
        } catch (CardException e) {
            fail(by, "PC/SC service: " + Failures.code(e), e);
        } catch (IllegalStateException | IllegalArgumentException e) {
            fail(by, "PC/SC service: " + e.getMessage(), e);
        }
    }

    private synchronized void publish(Turn by, Map<CardTerminal, Boolean> present) {
        if (by != null && by.over) {
            return;
        }
        Set<String> names = new HashSet<>();
        List<CardSlot> slots = new ArrayList<>();
        present.forEach((terminal, card) -> {
            String name = terminal.getName();
            if (names.add(name)) {
                Slot slot = known.get(name);
                if (slot == null) {
                    slot = new Slot(name, settings, this::relink);
                    known.put(name, slot);
                    LOG.info("PC/SC reader {} came", name);
                }
                slot.seen(terminal, card);
                slots.add(slot);
            }
        });
        known.entrySet().removeIf(entry -> {
            if (names.contains(entry.getKey())) {
                return false;
            }
            entry.getValue().gone();
            LOG.info("PC/SC reader {} went", entry.getKey());
            return true;
        });
        slots.sort(java.util.Comparator.comparing(CardSlot::name));
        if (!view.failure().isEmpty()) {
            LOG.info("PC/SC service is back with {} readers", slots.size());
        }
        view = new View(List.copyOf(slots), "");
    }

    private synchronized void fail(Turn by, String failure, Throwable cause) {
        if (by != null && by.over) {
            return;
        }
        if (view.failure().isEmpty()) {
            LOG.warn("CRD-003 no PC/SC readers: {}", failure);
            LOG.debug("CRD-003 no PC/SC readers", cause);
        }
        known.values().forEach(Slot::gone);
        known.clear();
        view = new View(List.of(), failure);
        stack.renew();
    }

    /** Somebody's call hangs, and everybody else's behind it. */
    synchronized void relink() {
        if (closed) {
            return;
        }
        LOG.warn("CRD-003 a call of the PC/SC service hangs; going on over a new link");
        stack.renew();
        if (turn != null) {
            turn.over = true;
            LockSupport.unpark(thread);
            start();
        }
    }

    @Override
    public synchronized void close() {
        closed = true;
        if (turn != null) {
            turn.over = true;
            LockSupport.unpark(thread);
        }
    }
}
