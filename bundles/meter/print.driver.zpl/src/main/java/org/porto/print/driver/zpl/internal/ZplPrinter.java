// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.zpl.internal;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
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

/**
 * A label printer. The protocol has no jobs: a label is out when the printer, asked behind it on the same connection, twice says that
 * nothing is left in it.
 */
@Component(
        name = "org.porto.print.driver.zpl",
        service = PrinterDriver.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {PrinterDriver.DRIVER_ID + "=zpl", PrinterDriver.HARDWARE_MODELS + "=*"})
@Designate(ocd = ZplConfig.class, factory = true)
public final class ZplPrinter implements PrinterDriver, MediaAware {

    private static final byte[] ASK = "~HS\r\n".getBytes(StandardCharsets.US_ASCII);
    /** Throws away what the printer has not begun. */
    private static final byte[] CANCEL = "~JA\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int CONNECT_MILLIS = 3000;
    private static final int ANSWER_MILLIS = 2000;
    private static final long POLL_NANOS = 100_000_000;
    private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,64}");
    private static final List<Integer> RESOLUTIONS = List.of(152, 203, 300, 600);

    private final String name;
    private final String host;
    private final int port;
    private final int dpi;
    private final Medium label;
    private final boolean asks;
    private final Duration limit;
    private final PageRenderer renderer;
    private final JobMemory memory;

    /** @throws IllegalArgumentException when a key is missing or out of range */
    @Activate
    public ZplPrinter(ZplConfig config, @Reference PageRenderer renderer, @Reference JobMemory memory) {
        this(
                config.porto_printer_name(),
                config.host(),
                config.port(),
                config.dpi(),
                new Medium("", (int) Math.round(config.width_mm() * 1000), (int) Math.round(config.length_mm() * 1000)),
                config.status(),
                Duration.ofMillis(config.timeout_ms()),
                renderer,
                memory);
    }

    ZplPrinter(
            String name,
            String host,
            int port,
            int dpi,
            Medium label,
            String status,
            Duration limit,
            PageRenderer renderer,
            JobMemory memory) {
        if (name == null || !NAME.matcher(name).matches() || host == null || host.isBlank()) {
            throw new IllegalArgumentException("porto.printer.name (a-z 0-9 . -) and host are needed");
        }
        if (port < 1 || port > 65535 || !RESOLUTIONS.contains(dpi)) {
            throw new IllegalArgumentException("port is 1 to 65535, dpi one of " + RESOLUTIONS);
        }
        if (label.widthMicrometres() > 300_000 || label.lengthMicrometres() > 1_000_000) {
            throw new IllegalArgumentException("label of " + label);
        }
        if (!status.equals("host") && !status.equals("none")) {
            throw new IllegalArgumentException("status is host or none, not '" + status + "'");
        }
        if (limit.toMillis() < 1000 || limit.toMillis() > 28_000) {
            throw new IllegalArgumentException("timeout.ms is 1000 to 28000");
        }
        this.name = "zpl/" + name;
        this.host = host;
        this.port = port;
        this.dpi = dpi;
        this.label = label;
        this.asks = status.equals("host");
        this.limit = limit;
        this.renderer = renderer;
        this.memory = memory;
    }

    @Override
    public Optional<Medium> medium() {
        return Optional.of(label);
    }

    @Override
    public List<String> stateReasons() throws PrinterException {
        try (Socket socket = connect()) {
            return asks ? ask(socket).reasons() : List.of();
        } catch (IOException e) {
            throw failed("cannot be asked", Printed.NO, e);
        }
    }

    @Override
    public List<String> print(PrintPage page) throws PrinterException, MediumException {
        JobMemory.Job before = memory.find(name, page.jobId());
        if (before.known() == JobMemory.Known.PRINTED) {
            return before.outputs();
        }
        if (before.known() == JobMemory.Known.BEGUN) {
            throw failed("was given job " + page.jobId() + " before and cannot say what became of it", Printed.UNKNOWN, null);
        }
        if (page.widthMicrometres() > label.widthMicrometres() || page.heightMicrometres() > label.lengthMicrometres()) {
            throw failed("page of " + page.widthMicrometres() / 1000 + " x " + page.heightMicrometres() / 1000
                    + " mm is larger than the label", Printed.NO, null);
        }
        byte[] zpl;
        try {
            zpl = ZplLabel.of(renderer.bitmap(page, dpi));
        } catch (IOException e) {
            throw failed("page cannot be drawn", Printed.NO, e);
        }
        long end = System.nanoTime() + limit.toNanos();
        boolean sending = false;
        try (Socket socket = connect()) {
            if (asks) {
                refuseWhenFailed(ask(socket));
            }
            memory.begun(name, page.jobId());
            sending = true;
            return send(socket, page.jobId(), zpl, end);
        } catch (IOException e) {
            throw failed("cannot be reached", sending ? Printed.UNKNOWN : Printed.NO, e);
        }
    }

    private List<String> send(Socket socket, String jobId, byte[] zpl, long end) throws PrinterException, MediumException {
        boolean idleBefore = false;
        try {
            OutputStream out = socket.getOutputStream();
            out.write(zpl);
            out.flush();
            if (!asks) {
                socket.shutdownOutput();
                drain(socket);
                return printed(jobId);
            }
            while (true) {
                HostStatus status = ask(socket);
                if (status.failed()) {
                    cancel(socket);
                    throw failure(status, Printed.UNKNOWN);
                }
                if (status.idle() && idleBefore) {
                    return printed(jobId);
                }
                idleBefore = status.idle();
                if (System.nanoTime() > end) {
                    cancel(socket);
                    throw failed("did not finish the label in time", Printed.UNKNOWN, null);
                }
                LockSupport.parkNanos(POLL_NANOS);
            }
        } catch (IOException e) {
            throw failed("was lost while it had the label", Printed.UNKNOWN, e);
        }
    }

    /** The printer closes its side when it has read everything; one that does not is given up after the answer's limit. */
    private static void drain(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        int left = 4096;
        try {
            while (left > 0 && in.read() >= 0) {
                left--;
            }
        } catch (java.net.SocketTimeoutException e) {
            return; // it keeps the connection open; all bytes are with it or on their way
        }
    }

    /** Best effort: a label that comes out later all the same is told as possibly printed anyway. */
    private static void cancel(Socket socket) throws IOException {
        socket.getOutputStream().write(CANCEL);
        socket.getOutputStream().flush();
    }

    private List<String> printed(String jobId) throws PrinterException {
        List<String> outputs = List.of("zpl://" + host + ":" + port + "/" + jobId);
        try {
            memory.printed(name, jobId, outputs);
        } catch (PrinterException e) {
            throw failed("printed the label, which could not be noted", Printed.UNKNOWN, e);
        }
        return outputs;
    }

    private void refuseWhenFailed(HostStatus status) throws PrinterException, MediumException {
        if (status.failed()) {
            throw failure(status, Printed.NO);
        }
    }

    private PrinterException failure(HostStatus status, Printed printed) throws MediumException {
        if (status.mediumFailed()) {
            throw new MediumException(name + " says " + status.reasons(), printed, null);
        }
        return failed("says " + status.reasons(), printed, null);
    }

    private PrinterException failed(String what, Printed printed, Throwable cause) {
        return new PrinterException(name + " " + what + (cause == null ? "" : ": " + cause.getMessage()), printed, cause);
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket();
        boolean connected = false;
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            socket.setSoTimeout(ANSWER_MILLIS);
            socket.setTcpNoDelay(true);
            connected = true;
            return socket;
        } finally {
            if (!connected) {
                socket.close();
            }
        }
    }

    private static HostStatus ask(Socket socket) throws IOException {
        socket.getOutputStream().write(ASK);
        socket.getOutputStream().flush();
        return HostStatus.read(socket.getInputStream());
    }
}
