// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.ipp.internal;

import com.hp.jipp.encoding.Attribute;
import com.hp.jipp.encoding.AttributeGroup;
import com.hp.jipp.encoding.IppPacket;
import com.hp.jipp.encoding.KeywordOrName;
import com.hp.jipp.encoding.Tag;
import com.hp.jipp.model.JobState;
import com.hp.jipp.model.MediaCol;
import com.hp.jipp.model.Status;
import com.hp.jipp.model.Types;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.print.spi.JobMemory;
import org.porto.print.spi.MediaAware;
import org.porto.print.spi.Medium;
import org.porto.print.spi.MediumException;
import org.porto.print.spi.PageRenderer;
import org.porto.print.spi.PrintException.Printed;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;
import org.porto.print.spi.PrinterException;
import org.porto.print.spi.TraySource;

/** One printer. A page is printed when its job is completed; a job that is not by the limit is cancelled. */
@Component(
        name = "org.porto.print.driver.ipp",
        service = PrinterDriver.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {PrinterDriver.DRIVER_ID + "=ipp", PrinterDriver.HARDWARE_MODELS + "=*"})
@Designate(ocd = IppConfig.class, factory = true)
public final class IppPrinter implements PrinterDriver, MediaAware, TraySource {

    private static final String PDF = "application/pdf";
    private static final String PWG = "image/pwg-raster";
    private static final String USER = "porto";
    private static final Duration ANSWER = Duration.ofSeconds(4);
    private static final long POLL_NANOS = 100_000_000;
    private static final long BUSY_NANOS = 300_000_000;
    private static final int JOBS_MAX = 200;
    private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,64}");
    /** The printer took no job; it may take one later (RFC 8011 appendix B). */
    private static final Set<Status> LATER = Set.of(
            Status.serverErrorBusy,
            Status.serverErrorTemporaryError,
            Status.serverErrorServiceUnavailable,
            Status.serverErrorTooManyJobs);

    private final String name;
    private final URI uri;
    private final IppLink link;
    private final String tray;
    private final String format;
    private final int dpi;
    private final Duration limit;
    private final PageRenderer renderer;
    private final JobMemory memory;
    private volatile Optional<Medium> medium = Optional.empty();

    /** @throws IllegalArgumentException when a key is missing or out of range */
    @Activate
    public IppPrinter(IppConfig config, @Reference PageRenderer renderer, @Reference JobMemory memory) {
        this(
                config.porto_printer_name(),
                URI.create(config.uri()),
                config.tray(),
                config.format(),
                config.dpi(),
                Duration.ofMillis(config.timeout_ms()),
                renderer,
                memory);
    }

    IppPrinter(
            String name,
            URI uri,
            String tray,
            String format,
            int dpi,
            Duration limit,
            PageRenderer renderer,
            JobMemory memory) {
        if (name == null || !NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("porto.printer.name is 1 to 64 of a-z 0-9 . -");
        }
        if (!Set.of("auto", "pdf", "pwg").contains(format) || dpi < 150 || dpi > 600) {
            throw new IllegalArgumentException("format is auto, pdf or pwg; dpi 150 to 600");
        }
        if (limit.toMillis() < 1000 || limit.toMillis() > 28_000) {
            throw new IllegalArgumentException("timeout.ms is 1000 to 28000");
        }
        this.name = "ipp/" + name;
        this.uri = uri;
        this.link = new IppLink(uri);
        this.tray = tray;
        this.format = format;
        this.dpi = dpi;
        this.limit = limit;
        this.renderer = renderer;
        this.memory = memory;
    }

    @Override
    public List<String> stateReasons() throws PrinterException {
        return look().reasons();
    }

    @Override
    public Optional<Medium> medium() {
        return medium;
    }

    @Override
    public List<Tray> trays() throws PrinterException {
        return look().trays();
    }

    @Override
    public List<String> print(PrintPage page) throws PrinterException, MediumException {
        return print(page, tray);
    }

    private PrinterView look() throws PrinterException {
        try {
            IppPacket answer = link.send(
                    IppPacket.getPrinterAttributes(uri, PrinterView.ASKED)
                            .putOperationAttributes(Types.requestingUserName.of(USER))
                            .build(),
                    new byte[0],
                    ANSWER);
            if (!ok(answer)) {
                throw failed("says " + answer.getStatus().getName(), Printed.NO, null);
            }
            PrinterView view = PrinterView.of(answer);
            medium = view.tray(tray).flatMap(Tray::loaded);
            return view;
        } catch (IOException e) {
            throw failed("cannot be asked", Printed.NO, e);
        }
    }

    private static boolean ok(IppPacket answer) {
        return answer.getCode() < 0x0100; // successful-ok and its kin, RFC 8011 section 4.1.6.1
    }

    @Override
    public List<String> print(PrintPage page, String from) throws PrinterException, MediumException {
        JobMemory.Job before = memory.find(name, page.jobId());
        if (before.known() == JobMemory.Known.PRINTED) {
            return before.outputs();
        }
        long end = System.nanoTime() + limit.toNanos();
        if (before.known() == JobMemory.Known.BEGUN) {
            return follow(page.jobId(), known(page.jobId()), end);
        }
        PrinterView view = look();
        if (view.stopped()) {
            throw stopped(view, Printed.NO);
        }
        Optional<Tray> source = view.tray(from);
        if (!from.isEmpty() && source.isEmpty()) {
            throw failed("has no tray " + from, Printed.NO, null);
        }
        Optional<Medium> loaded = source.flatMap(Tray::loaded);
        if (loaded.isPresent() && !fits(page, loaded.get())) {
            throw failed("has " + loaded.get() + " loaded, the page is " + page.widthMicrometres() / 1000 + " x "
                    + page.heightMicrometres() / 1000 + " mm", Printed.NO, null);
        }
        String type = type(view);
        byte[] document = document(page, type);
        memory.begun(name, page.jobId());
        return follow(page.jobId(), submit(page, type, document, from, loaded, end), end);
    }

    private static boolean fits(PrintPage page, Medium loaded) {
        return page.widthMicrometres() <= loaded.widthMicrometres() && page.heightMicrometres() <= loaded.lengthMicrometres()
                || page.widthMicrometres() <= loaded.lengthMicrometres() && page.heightMicrometres() <= loaded.widthMicrometres();
    }

    private String type(PrinterView view) throws PrinterException {
        String wanted = format.equals("pwg") || format.equals("auto") && !view.formats().contains(PDF) ? PWG : PDF;
        if (!view.formats().contains(wanted)) {
            throw failed("takes no " + wanted + ", only " + view.formats(), Printed.NO, null);
        }
        return wanted;
    }

    private byte[] document(PrintPage page, String type) throws PrinterException {
        try {
            return type.equals(PDF) ? renderer.pdf(page) : PwgRaster.of(renderer.bitmap(page, dpi), dpi);
        } catch (IOException e) {
            throw failed("page cannot be drawn", Printed.NO, e);
        }
    }

    /** Sends the job until the printer takes it. @return its URI */
    private URI submit(PrintPage page, String type, byte[] document, String from, Optional<Medium> loaded, long end)
            throws PrinterException, MediumException {
        IppPacket.Builder request = IppPacket.printJob(uri)
                .putOperationAttributes(
                        Types.requestingUserName.of(USER),
                        Types.jobName.of(page.jobId()),
                        Types.ippAttributeFidelity.of(false),
                        Types.documentFormat.of(type))
                .putJobAttributes(Types.copies.of(1), Types.printScaling.of("none"));
        if (loaded.isPresent()) {
            MediaCol col = new MediaCol();
            col.setMediaSize(new MediaCol.MediaSize(
                    loaded.get().widthMicrometres() / 10, loaded.get().lengthMicrometres() / 10));
            if (!from.isEmpty()) {
                col.setMediaSource(new KeywordOrName(from));
            }
            request.putJobAttributes(Types.mediaCol.of(col));
        }
        while (true) {
            IppPacket answer;
            try {
                answer = link.send(request.build(), document, Duration.ofNanos(Math.max(1_000_000, end - System.nanoTime())));
            } catch (IppLink.NotSentException e) {
                memory.notPrinted(name, page.jobId());
                throw failed("cannot be reached", Printed.NO, e);
            } catch (IOException e) {
                return known(page.jobId()); // it may have the job: it is asked by the job's name
            }
            AttributeGroup job = answer.get(Tag.jobAttributes);
            if (ok(answer) && job != null && job.getValue(Types.jobUri) != null) {
                return job.getValue(Types.jobUri);
            }
            if (ok(answer)) {
                return known(page.jobId());
            }
            if (!LATER.contains(answer.getStatus()) || System.nanoTime() + BUSY_NANOS > end) {
                memory.notPrinted(name, page.jobId());
                PrinterView view = look();
                if (view.stopped()) {
                    throw stopped(view, Printed.NO);
                }
                throw failed("does not take the job: " + answer.getStatus().getName(), Printed.NO, null);
            }
            LockSupport.parkNanos(BUSY_NANOS);
        }
    }

    /** Asks for a job by the name it was given. */
    private URI known(String jobId) throws PrinterException {
        for (String which : List.of("not-completed", "completed")) {
            try {
                IppPacket answer = link.send(
                        IppPacket.getJobs(uri, Types.jobUri, Types.jobName)
                                .putOperationAttributes(
                                        Types.requestingUserName.of(USER), Types.whichJobs.of(which), Types.limit.of(JOBS_MAX))
                                .build(),
                        new byte[0],
                        ANSWER);
                for (AttributeGroup job : answer.getAttributeGroups()) {
                    URI found = job.getTag() == Tag.jobAttributes ? job.getValue(Types.jobUri) : null;
                    if (found != null && jobId.equals(job.getString(Types.jobName))) {
                        return found;
                    }
                }
            } catch (IOException e) {
                throw failed("was lost while it had the job", Printed.UNKNOWN, e);
            }
        }
        throw failed("does not know what became of job " + jobId, Printed.UNKNOWN, null);
    }

    private List<String> follow(String jobId, URI job, long end) throws PrinterException, MediumException {
        boolean cancelled = false;
        long stop = end;
        try {
            while (true) {
                IppPacket answer = link.send(
                        IppPacket.getJobAttributes(job, Types.jobState, Types.jobStateReasons, Types.timeAtProcessing)
                                .putOperationAttributes(Types.requestingUserName.of(USER))
                                .build(),
                        new byte[0],
                        ANSWER);
                AttributeGroup attributes = answer.get(Tag.jobAttributes);
                JobState state = attributes == null ? null : attributes.getValue(Types.jobState);
                if (state == null) {
                    throw failed("does not know job " + job, Printed.UNKNOWN, null);
                }
                if (state.equals(JobState.completed)) {
                    return printed(jobId, job);
                }
                boolean over = state.equals(JobState.canceled) || state.equals(JobState.aborted);
                if (over || cancelled && System.nanoTime() > stop) {
                    // "no-value" says that the printer never began with it (RFC 8011 section 5.3.14.2); what is not said is not known
                    Attribute<?> began = attributes.get(Types.timeAtProcessing.getName());
                    boolean never = over && began != null && began.isNoValue();
                    throw notPrinted(jobId, never, state.getName() + " " + attributes.getStrings(Types.jobStateReasons));
                }
                if (!cancelled && System.nanoTime() > end) {
                    cancelled = true;
                    stop = System.nanoTime() + ANSWER.toNanos() / 2;
                    link.send(
                            IppPacket.cancelJob(job).putOperationAttributes(Types.requestingUserName.of(USER)).build(),
                            new byte[0],
                            ANSWER);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        } catch (IOException e) {
            throw failed("was lost while it had the job", Printed.UNKNOWN, e);
        }
    }

    private List<String> printed(String jobId, URI job) throws PrinterException {
        List<String> outputs = List.of(job.toString());
        try {
            memory.printed(name, jobId, outputs);
        } catch (PrinterException e) {
            throw failed("printed the page, which could not be noted", Printed.UNKNOWN, e);
        }
        return outputs;
    }

    /** @param never the printer never began with it */
    private PrinterException notPrinted(String jobId, boolean never, String state) throws PrinterException, MediumException {
        Printed printed = never ? Printed.NO : Printed.UNKNOWN;
        if (never) {
            memory.notPrinted(name, jobId);
        }
        PrinterView view;
        try {
            view = look();
        } catch (PrinterException e) {
            return failed("ended the job as " + state, printed, e);
        }
        if (view.stopped()) {
            throw stopped(view, printed);
        }
        return failed("ended the job as " + state, printed, null);
    }

    private PrinterException stopped(PrinterView view, Printed printed) throws MediumException {
        if (view.mediumFailed()) {
            throw new MediumException(name + " says " + view.reasons(), printed, null);
        }
        return failed("says " + view.reasons(), printed, null);
    }

    private PrinterException failed(String what, Printed printed, Throwable cause) {
        return new PrinterException(name + " " + what + (cause == null ? "" : ": " + cause.getMessage()), printed, cause);
    }
}
