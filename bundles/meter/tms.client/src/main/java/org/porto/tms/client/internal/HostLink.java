// SPDX-License-Identifier: Apache-2.0
package org.porto.tms.client.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.channels.UnresolvedAddressException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.porto.model.api.RefusedException;
import org.porto.model.api.Ticker;
import org.porto.model.api.TransactionId;
import org.porto.model.api.UncertainException;
import org.porto.tms.api.TmsCode;

/**
 * HTTP to the host, nothing trusted. Only what surely never left is tried again: a message that may have arrived is the caller's
 * to ask about by its number.
 */
final class HostLink {

    static final String SEALED = "application/jose";
    private static final int CONNECT_ATTEMPTS_MAX = 4;
    private static final long BACKOFF_NANOS = 200_000_000L;
    private static final int PROBLEM_BYTES_MAX = 16 << 10;
    private static final int TITLE_CHARACTERS_MAX = 300;

    private final URI host;
    private final Duration timeout;
    private final Ticker ticker;
    private HttpClient http;

    HostLink(URI host, Duration timeout, Ticker ticker) {
        this.host = host;
        this.timeout = timeout;
        this.ticker = ticker;
    }

    /** Made at the first request: making it parses the platform's trusted certificates, a price a boot need not pay. */
    private synchronized HttpClient http() {
        if (http == null) {
            http = HttpClient.newBuilder()
                    .version(HttpClient.Version.HTTP_1_1)
                    .followRedirects(HttpClient.Redirect.NEVER)
                    .connectTimeout(timeout)
                    .build();
        }
        return http;
    }

    /** @param id what an uncertain outcome is asked by */
    byte[] post(byte[] sealed, TransactionId id, int answerBytesMax) throws RefusedException, UncertainException {
        HttpRequest request = HttpRequest.newBuilder(host.resolve("/tms/v1/messages"))
                .header("Content-Type", SEALED)
                .header("Accept", SEALED)
                .POST(HttpRequest.BodyPublishers.ofByteArray(sealed))
                .build();
        try {
            return body(send(request, timeout, answerBytesMax), SEALED);
        } catch (LostException e) {
            throw new UncertainException(TmsCode.REPLY_LOST, id, e.getMessage(), e.getCause());
        }
    }

    byte[] get(String path, int answerBytesMax) throws RefusedException {
        HttpRequest request = HttpRequest.newBuilder(host.resolve(path)).GET().build();
        try {
            return body(send(request, timeout.multipliedBy(10), answerBytesMax), "");
        } catch (LostException e) {
            throw new RefusedException(TmsCode.LINK_DOWN, e.getMessage(), e.getCause());
        }
    }

    private HttpResponse<byte[]> send(HttpRequest request, Duration limit, int bytesMax)
            throws RefusedException, LostException {
        long deadline = ticker.nanos() + limit.toNanos();
        for (int attempt = 1; ; attempt++) {
            CompletableFuture<HttpResponse<byte[]>> answer = http().sendAsync(
                    request, head -> new BoundedBody(head.statusCode() == 200 ? bytesMax : PROBLEM_BYTES_MAX));
            try {
                return answer.get(Math.max(1, deadline - ticker.nanos()), TimeUnit.NANOSECONDS);
            } catch (ExecutionException e) {
                Throwable cause = e.getCause();
                if (!neverLeft(cause)) {
                    throw new LostException(String.valueOf(cause.getMessage()), cause);
                }
                long pause = BACKOFF_NANOS << (attempt - 1);
                if (attempt == CONNECT_ATTEMPTS_MAX || deadline - ticker.nanos() < pause) {
                    throw new RefusedException(TmsCode.LINK_DOWN, host.getAuthority(), cause);
                }
                pause(pause);
            } catch (TimeoutException e) {
                answer.cancel(true);
                throw new LostException("no answer within " + limit.toSeconds() + " s", e);
            } catch (InterruptedException e) {
                answer.cancel(true);
                Thread.currentThread().interrupt();
                throw new LostException("interrupted", e);
            }
        }
    }

    private void pause(long nanos) {
        long until = ticker.nanos() + nanos;
        long left = nanos;
        while (left > 0 && !Thread.currentThread().isInterrupted()) {
            LockSupport.parkNanos(this, left);
            left = until - ticker.nanos();
        }
    }

    private static boolean neverLeft(Throwable failure) {
        for (Throwable t = failure; t != null; t = t.getCause()) {
            if (t instanceof ConnectException
                    || t instanceof HttpConnectTimeoutException
                    || t instanceof UnresolvedAddressException) {
                return true;
            }
        }
        return false;
    }

    private static byte[] body(HttpResponse<byte[]> answer, String type) throws RefusedException, LostException {
        String actual = answer.headers().firstValue("Content-Type").orElse("");
        if (answer.statusCode() == 200 && (type.isEmpty() || actual.startsWith(type))) {
            return answer.body();
        }
        if (actual.startsWith("application/problem+json")) {
            throw problem(answer);
        }
        if (notServing(answer.statusCode())) {
            throw new LostException("HTTP status " + answer.statusCode() + ", the host is not serving now", null);
        }
        throw new RefusedException(TmsCode.ANSWER_WRONG, "HTTP status " + answer.statusCode());
    }

    /**
     * What a web server, or a proxy before it, says while the host behind it starts or stops (a path not yet served is 404). It proves
     * nothing about the request, so it counts as an answer lost and not as one refused.
     */
    private static boolean notServing(int status) {
        return status == 404 || status == 408 || status == 429 || status >= 500;
    }

    /** RFC 9457. Not authenticated: whoever loses money by a false one must not believe it. */
    private static RefusedException problem(HttpResponse<byte[]> answer) {
        String code = "";
        String title = "";
        try (JsonParser json = new JsonFactory().createParser(answer.body())) {
            int depth = 0;
            for (JsonToken token = json.nextToken(); token != null; token = json.nextToken()) {
                if (token.isStructStart()) {
                    depth++;
                } else if (token.isStructEnd()) {
                    depth--;
                } else if (token == JsonToken.VALUE_STRING && depth == 1 && "code".equals(json.currentName())) {
                    code = json.getText();
                } else if (token == JsonToken.VALUE_STRING && depth == 1 && "title".equals(json.currentName())) {
                    title = json.getText();
                }
            }
        } catch (IOException e) {
            return new RefusedException(TmsCode.ANSWER_WRONG, "HTTP status " + answer.statusCode(), e);
        }
        if (!code.matches("[A-Z]{3}-[0-9]{3}")) {
            return new RefusedException(TmsCode.ANSWER_WRONG, "HTTP status " + answer.statusCode());
        }
        String plain = title.replaceAll("\\p{Cntrl}", " ");
        return RefusedException.relayed(
                code, plain.length() > TITLE_CHARACTERS_MAX ? plain.substring(0, TITLE_CHARACTERS_MAX) : plain);
    }

    /** Sent, as far as is known, and not answered. */
    private static final class LostException extends Exception {

        private static final long serialVersionUID = 1L;

        LostException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
