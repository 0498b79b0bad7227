// SPDX-License-Identifier: Apache-2.0
package org.porto.print.core.internal;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.FutureTask;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.print.api.PrintCode;
import org.porto.print.api.PrinterInfo;
import org.porto.print.spi.MediaAware;
import org.porto.print.spi.Medium;
import org.porto.print.spi.MediumException;
import org.porto.print.spi.NonceChannel;
import org.porto.print.spi.PrintException;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;
import org.porto.print.spi.PrinterException;
import org.porto.print.spi.StateReason;
import org.porto.print.spi.TraySource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One driver service: its turn-taking, its time limit and its quarantine (rules D2, D3). */
final class PrinterSlot {

    private static final Logger LOG = LoggerFactory.getLogger(PrinterSlot.class);

    private final String name;
    private final String driverId;
    private final String version;
    private final Set<String> models;
    private final PrinterDriver driver;
    private final Sealing sealing;
    private final Executor workers;
    private final Duration limit;
    /** Held by the call in the driver; a call that hangs holds it until the driver lets go. */
    private final Semaphore turn = new Semaphore(1, true);

    private volatile boolean printing;
    private volatile boolean retired;
    private volatile String quarantine = "";
    private volatile Optional<Medium> lastMedium = Optional.empty();

    /** How a page goes through a nonce channel. */
    interface Sealing {
        List<String> print(NonceChannel channel, PrintPage page) throws PrinterException, MediumException;
    }

    PrinterSlot(
            String name,
            String driverId,
            String version,
            Set<String> models,
            PrinterDriver driver,
            Sealing sealing,
            Executor workers,
            Duration limit) {
        this.name = name;
        this.driverId = driverId;
        this.version = version;
        this.models = models;
        this.driver = driver;
        this.sealing = sealing;
        this.workers = workers;
        this.limit = limit;
    }

    String name() {
        return name;
    }

    String driverId() {
        return driverId;
    }

    String version() {
        return version;
    }

    /** What the driver declares. */
    Set<String> models() {
        return models;
    }

    String quarantine() {
        return quarantine;
    }

    boolean quarantined() {
        return !quarantine.isEmpty();
    }

    /** Asks the driver, unless it prints or is in quarantine. */
    PrinterInfo info(boolean matches, int rank) {
        if (quarantined()) {
            return info(matches, rank, "quarantined", List.of(quarantine), Optional.empty());
        }
        if (printing || !turn.tryAcquire()) {
            return info(matches, rank, "printing", List.of(), lastMedium);
        }
        try {
            List<String> reasons = call(() -> {
                List<String> now = List.copyOf(driver.stateReasons());
                lastMedium = driver instanceof MediaAware aware ? aware.medium() : Optional.empty();
                return now;
            });
            boolean stopped = reasons.stream().map(StateReason::parse).anyMatch(StateReason::stops);
            return info(matches, rank, stopped ? "stopped" : "ready", reasons, lastMedium);
        } catch (PrinterException e) {
            LOG.debug("Printer {} cannot say how it is", name, e);
            return info(matches, rank, "stopped", List.of("other-error"), lastMedium);
        } catch (MediumException e) {
            return info(matches, rank, "stopped", List.of("media-empty-error"), lastMedium);
        } catch (LimitException e) {
            return info(matches, rank, "quarantined", List.of(quarantine), Optional.empty());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return info(matches, rank, "stopped", List.of("other-error"), lastMedium);
        }
    }

    private PrinterInfo info(boolean matches, int rank, String state, List<String> reasons, Optional<Medium> medium) {
        List<String> capabilities = new ArrayList<>();
        if (driver instanceof MediaAware) {
            capabilities.add("media");
        }
        if (driver instanceof TraySource) {
            capabilities.add("trays");
        }
        if (driver instanceof NonceChannel) {
            capabilities.add("nonce");
        }
        return new PrinterInfo(name, driverId, version, matches, rank, state, reasons, medium, capabilities);
    }

    List<String> print(TransactionId transaction, PrintPage page) throws RefusedException, UncertainException {
        try {
            if (!turn.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                throw new RefusedException(quarantined() ? PrintCode.DRIVER_QUARANTINED : PrintCode.PRINTER_BUSY, name);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new RefusedException(PrintCode.PRINTER_BUSY, name + ": interrupted while waiting", e);
        }
        if (quarantined() || retired) {
            turn.release();
            throw new RefusedException(
                    quarantined() ? PrintCode.DRIVER_QUARANTINED : PrintCode.PRINTER_MISSING, name + " " + quarantine);
        }
        printing = true;
        try {
            return call(() -> driver instanceof NonceChannel channel ? sealing.print(channel, page) : driver.print(page));
        } catch (PrinterException e) {
            throw failure(PrintCode.PRINTER_FAILED, transaction, e);
        } catch (MediumException e) {
            throw failure(PrintCode.MEDIUM_FAILED, transaction, e);
        } catch (LimitException e) {
            throw new UncertainException(PrintCode.OUTCOME_UNKNOWN, transaction, name + ": " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new UncertainException(PrintCode.OUTCOME_UNKNOWN, transaction, name + ": interrupted", e);
        }
    }

    /** No new jobs from now on; waits for the one in hand, unless its driver hangs already. */
    void retire() {
        retired = true;
        if (quarantined()) {
            return;
        }
        try {
            if (!turn.tryAcquire(limit.toNanos(), TimeUnit.NANOSECONDS)) {
                LOG.warn("Printer {} was taken away with a job in hand that did not end within {}", name, limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private RefusedException failure(PrintCode code, TransactionId transaction, PrintException e) throws UncertainException {
        if (e.printed() != PrintException.Printed.NO) {
            throw new UncertainException(
                    PrintCode.OUTCOME_UNKNOWN, transaction, name + ": " + code.meaning() + ": " + e.getMessage(), e);
        }
        return new RefusedException(code, name + ": " + e.getMessage(), e);
    }

    /** Runs in the driver with the turn held; the turn goes back when the driver returns, however late that is. */
    private List<String> call(Callable<List<String>> work)
            throws PrinterException, MediumException, LimitException, InterruptedException {
        FutureTask<List<String>> task = new FutureTask<>(() -> {
            try {
                return List.copyOf(work.call());
            } finally {
                printing = false;
                turn.release();
            }
        });
        try {
            workers.execute(task);
        } catch (java.util.concurrent.RejectedExecutionException e) {
            printing = false;
            turn.release();
            throw new PrinterException("printers are closing", PrintException.Printed.NO, e);
        }
        try {
            return task.get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof PrinterException p) {
                throw p;
            }
            if (e.getCause() instanceof MediumException m) {
                throw m;
            }
            throw quarantine("driver threw " + e.getCause().getClass().getName(), e.getCause());
        } catch (TimeoutException e) {
            // The worker is let be: the driver may be in the middle of a sheet, and an interrupt could tear a file.
            throw quarantine("no answer within " + limit.toMillis() + " ms", e);
        }
    }

    private LimitException quarantine(String reason, Throwable cause) {
        quarantine = reason;
        LOG.error("{} printer {}: {}; it stays there until its driver is replaced or restarted",
                PrintCode.DRIVER_QUARANTINED.code(), name, reason, cause);
        return new LimitException(reason, cause);
    }

    static Set<String> models(Object property) {
        if (property instanceof String one) {
            return Set.of(one);
        }
        if (property instanceof String[] many) {
            return Set.copyOf(List.of(many));
        }
        if (property instanceof java.util.Collection<?> many) {
            return many.stream().map(Object::toString).collect(java.util.stream.Collectors.toUnmodifiableSet());
        }
        return Set.of();
    }

    /** The driver broke its contract; it is in quarantine now. */
    private static final class LimitException extends Exception {

        private static final long serialVersionUID = 1L;

        LimitException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
