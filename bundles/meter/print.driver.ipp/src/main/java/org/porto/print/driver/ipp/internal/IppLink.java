// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.ipp.internal;

import com.hp.jipp.encoding.IppInputStream;
import com.hp.jipp.encoding.IppOutputStream;
import com.hp.jipp.encoding.IppPacket;
import java.io.BufferedInputStream;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.HttpURLConnection;
import java.net.URI;
import java.time.Duration;

/** IPP over HTTP (RFC 8010): one request, one answer. */
final class IppLink {

    private static final int CONNECT_MILLIS = 3000;
    private static final int ANSWER_BYTES_MAX = 1 << 20;
    private static final int IPP_PORT = 631;

    /** Not a byte of the request can have reached the printer. */
    static final class NotSentException extends IOException {

        private static final long serialVersionUID = 1L;

        NotSentException(IOException cause) {
            super(cause.getMessage(), cause);
        }
    }

    private final URI http;

    /** @throws IllegalArgumentException when it is no ipp or ipps address */
    IppLink(URI printer) {
        boolean secure = "ipps".equals(printer.getScheme());
        if (!secure && !"ipp".equals(printer.getScheme()) || printer.getHost() == null) {
            throw new IllegalArgumentException("uri is ipp://host[:port]/path or ipps://..., not '" + printer + "'");
        }
        int port = printer.getPort() < 0 ? IPP_PORT : printer.getPort();
        this.http = URI.create((secure ? "https" : "http") + "://" + printer.getRawAuthority().replaceFirst(":\\d+$", "") + ":" + port
                + printer.getRawPath());
    }

    IppPacket send(IppPacket request, byte[] document, Duration limit) throws IOException {
        ByteArrayOutputStream head = new ByteArrayOutputStream();
        try (IppOutputStream out = new IppOutputStream(head)) {
            out.write(request);
        }
        HttpURLConnection connection;
        try {
            connection = (HttpURLConnection) http.toURL().openConnection();
            connection.setConnectTimeout(CONNECT_MILLIS);
            connection.setReadTimeout((int) Math.max(1, limit.toMillis()));
            connection.setRequestMethod("POST");
            connection.setRequestProperty("Content-Type", "application/ipp");
            connection.setDoOutput(true);
            // With a fixed length the JDK does not send a lost request again by itself: a page would come out twice.
            connection.setFixedLengthStreamingMode(head.size() + document.length);
            connection.setInstanceFollowRedirects(false);
            connection.connect();
        } catch (IOException e) {
            throw new NotSentException(e);
        }
        try (OutputStream out = connection.getOutputStream()) {
            head.writeTo(out);
            out.write(document);
        }
        if (connection.getResponseCode() != HttpURLConnection.HTTP_OK) {
            throw new IOException("HTTP " + connection.getResponseCode());
        }
        try (InputStream in = connection.getInputStream()) {
            byte[] answer = in.readNBytes(ANSWER_BYTES_MAX + 1);
            if (answer.length > ANSWER_BYTES_MAX) {
                throw new IOException("answer is too large");
            }
            try (IppInputStream packet = new IppInputStream(new BufferedInputStream(new ByteArrayInputStream(answer)))) {
                return packet.readPacket();
            }
        } catch (RuntimeException e) {
            throw new IOException("answer is malformed", e); // the library has unchecked exceptions for bad input
        }
    }
}
