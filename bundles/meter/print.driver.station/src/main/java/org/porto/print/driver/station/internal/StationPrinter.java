// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.station.internal;

import java.io.IOException;
import java.util.List;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.print.spi.MediumException;
import org.porto.print.spi.NonceChannel;
import org.porto.print.spi.PrintException.Printed;
import org.porto.print.spi.PrintPage;
import org.porto.print.spi.PrinterDriver;
import org.porto.print.spi.PrinterException;

/** One print station. The connection stays open over pages; a new one has a new nonce, and old messages are worth nothing there. */
@Component(
        name = "org.porto.print.driver.station",
        service = PrinterDriver.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {PrinterDriver.DRIVER_ID + "=station", PrinterDriver.HARDWARE_MODELS + "=*"})
@Designate(ocd = StationConfig.class, factory = true)
public final class StationPrinter implements PrinterDriver, NonceChannel {

    private static final Pattern NAME = Pattern.compile("[a-z0-9.-]{1,64}");

    private final String name;
    private final String host;
    private final int port;
    private final int timeoutMillis;
    private StationLink link;

    /** @throws IllegalArgumentException when a key is missing or out of range */
    @Activate
    public StationPrinter(StationConfig config) {
        this(config.porto_printer_name(), config.host(), config.port(), config.timeout_ms());
    }

    public StationPrinter(String name, String host, int port, int timeoutMillis) {
        if (name == null || !NAME.matcher(name).matches() || host == null || host.isBlank()) {
            throw new IllegalArgumentException("porto.printer.name (a-z 0-9 . -) and host are needed");
        }
        if (port < 1 || port > 65535 || timeoutMillis < 1000 || timeoutMillis > 28_000) {
            throw new IllegalArgumentException("port is 1 to 65535, timeout.ms 1000 to 28000");
        }
        this.name = "station/" + name;
        this.host = host;
        this.port = port;
        this.timeoutMillis = timeoutMillis;
    }

    @Override
    public synchronized List<String> stateReasons() throws PrinterException {
        try {
            return link().ask().strings();
        } catch (IOException e) {
            drop();
        }
        try {
            return link().ask().strings(); // the connection may have died long ago: once over a new one
        } catch (IOException e) {
            drop();
            throw failed("cannot be asked", Printed.NO, e);
        }
    }

    @Override
    public synchronized Challenge challenge() throws PrinterException {
        stateReasons(); // a dead connection shows before its nonce is signed
        try {
            StationLink open = link();
            return new Challenge(open.nonce(), open.sequence(), open.format(), open.dpi());
        } catch (IOException e) {
            throw failed("cannot be reached", Printed.NO, e);
        }
    }

    @Override
    public synchronized List<String> deliver(String jobId, byte[] message) throws PrinterException, MediumException {
        StationLink.Answer answer;
        try {
            answer = link().message(message);
        } catch (IOException e) {
            drop();
            return asked(jobId, e);
        }
        if (answer.code() == StationLink.PRINTED || answer.code() == StationLink.PRINTED_BEFORE) {
            return answer.strings();
        }
        drop(); // whatever went wrong, the next message starts on fresh terms
        if (answer.code() == StationLink.MEDIUM_FAILED) {
            throw new MediumException(name + " says " + answer.strings(), Printed.NO, null);
        }
        throw failed("prints nothing: " + answer.strings(), Printed.NO, null);
    }

    private List<String> asked(String jobId, IOException lost) throws PrinterException {
        try {
            StationLink.Answer answer = link().known(jobId);
            if (answer.code() == StationLink.PRINTED_BEFORE) {
                return answer.strings();
            }
        } catch (IOException e) {
            drop();
            lost.addSuppressed(e);
        }
        throw failed("was lost while it had the page", Printed.UNKNOWN, lost);
    }

    @Override
    public List<String> print(PrintPage page) throws PrinterException {
        throw failed("takes signed pages only", Printed.NO, null);
    }

    private StationLink link() throws IOException {
        if (link == null) {
            link = new StationLink(host, port, timeoutMillis);
        }
        return link;
    }

    private void drop() {
        if (link != null) {
            link.close();
            link = null;
        }
    }

    @Deactivate
    public synchronized void close() {
        drop();
    }

    private PrinterException failed(String what, Printed printed, Throwable cause) {
        return new PrinterException(name + " " + what + (cause == null ? "" : ": " + cause.getMessage()), printed, cause);
    }
}
