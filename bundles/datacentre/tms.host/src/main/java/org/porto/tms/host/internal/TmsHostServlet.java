// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.host.internal;

import jakarta.servlet.Servlet;
import jakarta.servlet.http.HttpServlet;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Currency;
import java.util.concurrent.Semaphore;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.authorisation.api.Authorisations;
import org.porto.crypto.api.CertificateService;
import org.porto.crypto.api.CryptoService;
import org.porto.issuer.api.CardKeys;
import org.porto.issuer.api.Issuer;
import org.porto.journal.api.Journal;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.ledger.api.Ledger;
import org.porto.message.api.MessageCode;
import org.porto.message.api.MessageSecurity;
import org.porto.model.api.FailureCode;
import org.porto.model.api.RefusedException;
import org.porto.model.api.UncertainException;
import org.porto.settlement.api.Settlement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** HTTP in front of {@link HostDesk}: bounds and status codes, nothing else. Whiteboard properties of OSGi Compendium 8, 140. */
@Component(
        name = "org.porto.tms.host",
        service = Servlet.class,
        configurationPolicy = ConfigurationPolicy.REQUIRE,
        property = {
            "osgi.http.whiteboard.servlet.name=org.porto.tms.host",
            "osgi.http.whiteboard.servlet.pattern=" + TmsHostServlet.MESSAGES,
            "osgi.http.whiteboard.servlet.pattern=" + TmsHostServlet.LISTS,
            "osgi.http.whiteboard.servlet.pattern=" + TmsHostServlet.HEALTH
        })
@Designate(ocd = TmsHostConfig.class)
public final class TmsHostServlet extends HttpServlet {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(TmsHostServlet.class);

    static final String MESSAGES = "/tms/v1/messages";
    static final String LISTS = "/lists/v1/authorisations";
    static final String HEALTH = "/health";
    /** Messages of up to 16 MB are in memory while they are worked on. */
    private static final int MESSAGES_AT_ONCE_MAX = 8;
    private static final Pattern SINCE = Pattern.compile("[0-9]{1,18}");

    private final transient HostDesk desk;
    private final transient Journal journal;
    private final transient Semaphore places = new Semaphore(MESSAGES_AT_ONCE_MAX);

    @Activate
    public TmsHostServlet(
            TmsHostConfig config,
            @Reference Journals journals,
            @Reference MessageSecurity messages,
            @Reference KeyService keys,
            @Reference CryptoService crypto,
            @Reference CertificateService certificates,
            @Reference Issuer issuer,
            @Reference CardKeys cardKeys,
            @Reference Authorisations authorisations,
            @Reference Settlement settlement,
            @Reference Ledger ledger,
            @Reference InstantSource time)
            throws RefusedException {
        Limits limits = new Limits(
                        Currency.getInstance(config.currency()),
                        config.inspection_days(),
                        config.item_mils_min(),
                        config.item_mils_max(),
                        config.balance_mils_max(),
                        config.refill_mils_max())
                .checked();
        this.journal = journals.open(folder(Path.of(config.directory())).resolve("refills.journal"));
        Refills refills = new Refills(opened(journal), ledger, settlement, limits);
        this.desk = new HostDesk(
                messages,
                keys,
                crypto,
                certificates,
                issuer,
                cardKeys,
                authorisations,
                settlement,
                ledger,
                refills,
                limits,
                time);
    }

    TmsHostServlet(HostDesk desk, Journal journal) {
        this.desk = desk;
        this.journal = journal;
    }

    private static Path folder(Path directory) throws RefusedException {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new RefusedException(TmsHostCode.STORE_UNREADABLE, directory + " cannot be made", e);
        }
    }

    private static RefillBook opened(Journal journal) throws RefusedException {
        boolean done = false;
        try {
            RefillBook book = new RefillBook(journal);
            done = true;
            return book;
        } finally {
            if (!done) {
                journal.close();
            }
        }
    }

    @Deactivate
    void close() {
        journal.close();
    }

    @Override
    protected void doPost(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (!MESSAGES.equals(request.getServletPath())) {
            problem(response, 404, TmsHostCode.NOT_FOUND);
            return;
        }
        if (!places.tryAcquire()) {
            response.setHeader("Retry-After", "5");
            problem(response, 503, TmsHostCode.BUSY);
            return;
        }
        try {
            message(request, response);
        } finally {
            places.release();
        }
    }

    private void message(HttpServletRequest request, HttpServletResponse response) throws IOException {
        int most = MessageSecurity.MESSAGE_BYTES_MAX;
        if (request.getContentLengthLong() > most) {
            problem(response, 413, TmsHostCode.TOO_LARGE);
            return;
        }
        byte[] body = request.getInputStream().readNBytes(most + 1);
        if (body.length > most) {
            problem(response, 413, TmsHostCode.TOO_LARGE);
            return;
        }
        try {
            byte[] answer = desk.handle(body);
            response.setStatus(200);
            response.setContentType("application/jose");
            response.setHeader("Cache-Control", "no-store");
            response.setContentLength(answer.length);
            response.getOutputStream().write(answer);
        } catch (RefusedException e) {
            LOG.info("message not read: {}", e.getMessage());
            problem(response, e);
        } catch (UncertainException e) {
            LOG.warn("no answer yet: {}", e.getMessage());
            response.setHeader("Retry-After", "5");
            problem(response, 503, TmsHostCode.SERVICE_FAILED);
        }
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) throws IOException {
        if (HEALTH.equals(request.getServletPath())) {
            byte[] up = "{\"status\":\"UP\"}".getBytes(StandardCharsets.US_ASCII);
            response.setContentType("application/json");
            response.setHeader("Cache-Control", "no-store");
            response.getOutputStream().write(up);
            return;
        }
        if (!LISTS.equals(request.getServletPath())) {
            problem(response, 404, TmsHostCode.NOT_FOUND);
            return;
        }
        String since = request.getParameter("since");
        if (since != null && !SINCE.matcher(since).matches()) {
            problem(response, 400, TmsHostCode.FIELD_WRONG);
            return;
        }
        try {
            list(desk.list(since == null ? 0 : Long.parseLong(since)), request, response);
        } catch (RefusedException e) {
            LOG.warn("list not made: {}", e.getMessage());
            problem(response, 503, TmsHostCode.SERVICE_FAILED);
        }
    }

    private static void list(byte[] list, HttpServletRequest request, HttpServletResponse response) throws IOException {
        // version, base and time of issue stand in front of every list: together they name these very bytes
        ByteBuffer head = ByteBuffer.wrap(list, 4, 24);
        String tag = "\"" + head.getLong() + "-" + head.getLong() + "-" + head.getLong() + "\"";
        response.setHeader("ETag", tag);
        response.setHeader("Cache-Control", "public, max-age=60");
        if (tag.equals(request.getHeader("If-None-Match"))) {
            response.setStatus(304);
            return;
        }
        response.setContentType("application/octet-stream");
        response.setContentLength(list.length);
        response.getOutputStream().write(list);
    }

    private static void problem(HttpServletResponse response, RefusedException failure) throws IOException {
        String code = failure.code();
        for (MessageCode known : MessageCode.values()) {
            if (known.code().equals(code)) {
                problem(response, 400, known);
                return;
            }
        }
        boolean malformed = code.equals(TmsHostCode.MESSAGE_MALFORMED.code()) || code.startsWith("CRY-");
        if (malformed) {
            problem(response, 400, TmsHostCode.MESSAGE_MALFORMED);
        } else {
            problem(response, 503, TmsHostCode.SERVICE_FAILED);
        }
    }

    /** RFC 9457. Nothing of the request is in it. */
    private static void problem(HttpServletResponse response, int status, FailureCode code) throws IOException {
        byte[] body = ("{\"type\":\"about:blank\",\"title\":\"" + code.meaning() + "\",\"status\":" + status + ",\"code\":\""
                        + code.code() + "\"}")
                .getBytes(StandardCharsets.UTF_8);
        response.setStatus(status);
        response.setContentType("application/problem+json");
        response.setHeader("Cache-Control", "no-store");
        response.setContentLength(body.length);
        response.getOutputStream().write(body);
    }
}
