// SPDX-License-Identifier: Apache-2.0
package org.porto.card.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Predicate;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardCode;
import org.porto.card.api.CardInsertionHandler;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.driver.api.Fit;
import org.porto.model.api.RefusedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** All drivers, who uses which slot, and which card was announced to whom. Thread-safe. */
final class Registry implements CardReaders, AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Registry.class);

    /** One slot of one driver at one moment. */
    private record Place(Driver driver, Driver.Seen seen, Fit fit) {
        Place(Driver driver, Driver.Seen seen) {
            this(driver, seen, driver.fit());
        }
    }

    private static final Comparator<Place> BEST_FIRST = Comparator.comparing((Place place) -> !place.fit().serves())
            .thenComparing(place -> -place.fit().rank())
            .thenComparing(place -> !place.seen().cardPresent())
            .thenComparing(place -> place.seen().name());

    private final Claim.Limits limits;
    private final List<Driver> drivers = new CopyOnWriteArrayList<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition released = lock.newCondition();
    /** Slots in use; the claim is null while it is being made. Guarded by lock. */
    private final Map<String, Claim> claims = new HashMap<>();
    /** Who was told of the card in a slot. Confined to the polling thread, but for removals under lock. */
    private final Map<String, Set<CardInsertionHandler>> told = new HashMap<>();
    private volatile Worker announcer = new Worker("card-inserted");

    Registry(Claim.Limits limits) {
        this.limits = limits;
    }

    void add(Driver driver) {
        drivers.add(driver);
        LOG.info("card reader driver {} {} came", driver.id(), driver.version());
    }

    /** Returns when nobody uses the driver any more, or cuts them off after the limit (rule D2). */
    void remove(Driver driver) {
        driver.leave();
        String prefix = driver.id() + "/";
        List<Claim> stuck = new ArrayList<>();
        boolean interrupted = false;
        lock.lock();
        try {
            long left = limits.swap().toNanos();
            while (left > 0 && claims.keySet().stream().anyMatch(name -> name.startsWith(prefix))) {
                try {
                    left = released.awaitNanos(left);
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            claims.forEach((name, claim) -> {
                if (name.startsWith(prefix) && claim != null) {
                    stuck.add(claim);
                }
            });
            told.keySet().removeIf(name -> name.startsWith(prefix));
        } finally {
            lock.unlock();
        }
        for (Claim claim : stuck) {
            LOG.warn("claim of {} is cut off: its driver goes", claim.readerName());
            claim.close();
        }
        drivers.remove(driver);
        driver.close();
        LOG.info("card reader driver {} went", driver.id());
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean inUse(String name) {
        lock.lock();
        try {
            return claims.containsKey(name);
        } finally {
            lock.unlock();
        }
    }

    private List<Place> places() {
        List<Place> places = new ArrayList<>();
        for (Driver driver : drivers) {
            driver.look(this::inUse, limits.look()).forEach(seen -> places.add(new Place(driver, seen)));
            if (driver.quarantined() && driver.seen().isEmpty()) {
                places.add(new Place(driver, new Driver.Seen(driver.id() + "/-", null, false)));
            }
        }
        places.sort(BEST_FIRST);
        return places;
    }

    @Override
    public List<ReaderInfo> list() {
        return places().stream().map(this::info).toList();
    }

    /** What was seen last of each driver, best first, for {@link ReaderChoice}; the devices are not asked. */
    List<Driver> drivers() {
        return drivers.stream()
                .sorted(Comparator.comparing((Driver d) -> !d.fit().serves())
                        .thenComparing(d -> -d.fit().rank())
                        .thenComparing(Driver::id))
                .toList();
    }

    private ReaderInfo info(Place place) {
        Driver driver = place.driver();
        String name = place.seen().name();
        String state = driver.quarantined() ? "quarantined" : inUse(name) ? "claimed" : "ready";
        boolean matches = place.fit().serves();
        return new ReaderInfo(name, driver.id(), driver.version(), matches, place.seen().cardPresent(), state);
    }

    @Override
    public CardClaim claim(String reader, Duration wait) throws RefusedException {
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            Place place = choose(reader);
            String name = place.seen().name();
            if (reserve(name)) {
                return connect(place, name);
            }
            await(name, end);
        }
    }

    /** The reader asked for, or the best one with a card; a free one before one in use. */
    private Place choose(String reader) throws RefusedException {
        List<Place> places = places();
        Predicate<Place> fits = reader.isEmpty()
                ? place -> !place.driver().quarantined() && !place.driver().leaving()
                : place -> place.seen().name().equals(reader);
        List<Place> fitting = places.stream()
                .filter(place -> place.fit().serves())
                .filter(fits)
                .toList();
        if (fitting.isEmpty()) {
            boolean sick = places.stream().anyMatch(place -> place.driver().quarantined()
                    && (reader.isEmpty() || reader.startsWith(place.driver().id() + "/")));
            throw new RefusedException(sick ? CardCode.DRIVER_QUARANTINED : CardCode.READER_MISSING, reader);
        }
        if (fitting.stream().allMatch(place -> place.driver().quarantined())) {
            throw new RefusedException(CardCode.DRIVER_QUARANTINED, reader);
        }
        if (fitting.stream().allMatch(place -> place.driver().leaving())) {
            throw new RefusedException(CardCode.READER_MISSING, reader + " is being replaced");
        }
        List<Place> loaded = fitting.stream().filter(place -> place.seen().cardPresent()).toList();
        if (loaded.isEmpty()) {
            throw new RefusedException(CardCode.CARD_ABSENT, reader);
        }
        return loaded.stream().filter(place -> !inUse(place.seen().name())).findFirst().orElse(loaded.get(0));
    }

    private boolean reserve(String name) {
        lock.lock();
        try {
            if (claims.containsKey(name)) {
                return false;
            }
            claims.put(name, null);
            return true;
        } finally {
            lock.unlock();
        }
    }

    private void await(String name, long end) throws RefusedException {
        lock.lock();
        try {
            while (claims.containsKey(name)) {
                long left = end - System.nanoTime();
                if (left <= 0) {
                    throw new RefusedException(CardCode.READER_BUSY, name);
                }
                released.awaitNanos(left);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(CardCode.READER_BUSY, name, e);
        } finally {
            lock.unlock();
        }
    }

    private CardClaim connect(Place place, String name) throws RefusedException {
        if (place.driver().leaving()) {
            release(name);
            throw new RefusedException(CardCode.READER_MISSING, name + " is being replaced");
        }
        Claim claim = Claim.connect(name, place.driver(), place.seen().slot(), limits, () -> release(name));
        lock.lock();
        try {
            claims.put(name, claim);
        } finally {
            lock.unlock();
        }
        return claim;
    }

    private void release(String name) {
        lock.lock();
        try {
            Claim claim = claims.remove(name);
            if (claim != null && claim.cardLost()) {
                told.remove(name);
            }
            released.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /**
     * Announces cards that somebody was not told of. A card that is there before its handler is announced, too; one in use is
     * announced after its claim.
     */
    void poll(List<CardInsertionHandler> handlers) {
        Set<String> present = new HashSet<>();
        for (Place place : places()) {
            if (place.seen().cardPresent()) {
                present.add(place.seen().name());
            }
        }
        lock.lock();
        try {
            told.keySet().retainAll(present);
        } finally {
            lock.unlock();
        }
        for (Place place : places()) {
            boolean usable = place.fit().serves()
                    && !place.driver().quarantined()
                    && !place.driver().leaving();
            if (usable && place.seen().cardPresent()) {
                announce(place.seen().name(), handlers);
            }
        }
    }

    private void announce(String name, List<CardInsertionHandler> handlers) {
        for (CardInsertionHandler handler : handlers) {
            lock.lock();
            try {
                if (claims.containsKey(name) || !told.computeIfAbsent(name, n -> new HashSet<>()).add(handler)) {
                    continue;
                }
            } finally {
                lock.unlock();
            }
            call(name, handler);
        }
    }

    private void call(String name, CardInsertionHandler handler) {
        try {
            announcer.call(
                    () -> {
                        handler.cardInserted(name);
                        return null;
                    },
                    limits.handler());
        } catch (TimeoutException e) {
            LOG.error("handler {} of the card in {} does not return", handler.getClass().getName(), name, e);
            announcer.close();
            announcer = new Worker("card-inserted");
        } catch (ExecutionException e) {
            LOG.error("handler {} of the card in {} failed", handler.getClass().getName(), name, e.getCause());
        } catch (RejectedExecutionException e) {
            LOG.debug("registry is closed", e);
        }
    }

    @Override
    public void close() {
        List<Claim> open = new ArrayList<>();
        lock.lock();
        try {
            claims.values().stream().filter(java.util.Objects::nonNull).forEach(open::add);
        } finally {
            lock.unlock();
        }
        open.forEach(Claim::close);
        drivers.forEach(Driver::close);
        announcer.close();
    }
}
