// SPDX-License-Identifier: Apache-2.0
package org.porto.station;

import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/** A printer that believes nobody: prints messages that a known meter signed for this very connection, each once, in order. */
public final class PrintStation implements AutoCloseable {

    private static final int CONNECTIONS_MAX = 64;
    private static final int MESSAGE_BYTES_MAX = 16 << 20;
    private static final int CLOSE_MILLIS_MAX = 10_000;
    private static final int IDLE_MILLIS_MAX = 600_000;
    private static final int PRINTED = 0;
    private static final int PRINTED_BEFORE = 1;
    private static final int MEDIUM_FAILED = 5;
    private static final int DEVICE_FAILED = 6;
    private static final int UNKNOWN_JOB = 8;

    private final ServerSocket server;
    private final MessageCheck check;
    private final PrintedJobs jobs;
    private final boolean pdf;
    private final int dpi;
    private final SecureRandom random = new SecureRandom();
    private final Set<Socket> connections = ConcurrentHashMap.newKeySet();
    private final Semaphore room = new Semaphore(CONNECTIONS_MAX);
    private final Object paper = new Object();
    private final Thread serving;

    /** @param port 0 for a free one; listens on the loopback unless an address is given */
    public PrintStation(InetAddress address, int port, Path folder, Path trust, boolean pdf, int dpi) throws IOException {
        this.server = new ServerSocket();
        server.setReuseAddress(true); // a station that starts again takes its port again
        server.bind(new InetSocketAddress(address, port), CONNECTIONS_MAX);
        this.check = new MessageCheck(trust);
        this.jobs = new PrintedJobs(folder);
        this.pdf = pdf;
        this.dpi = dpi;
        this.serving = new Thread(this::serve, "print-station");
        serving.setDaemon(true);
        serving.start();
    }

    public int port() {
        return server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                if (!room.tryAcquire()) {
                    socket.close();
                    continue;
                }
                connections.add(socket);
                Thread thread = new Thread(() -> connection(socket), "print-station-connection");
                thread.setDaemon(true);
                thread.start();
            } catch (IOException e) {
                continue; // a client that went, or the end
            }
        }
    }

    private void connection(Socket socket) {
        try (socket) {
            socket.setSoTimeout(IDLE_MILLIS_MAX);
            socket.setTcpNoDelay(true);
            talk(new DataInputStream(socket.getInputStream()), new DataOutputStream(socket.getOutputStream()));
        } catch (IOException e) {
            return; // its nonce dies with it
        } finally {
            connections.remove(socket);
            room.release();
        }
    }

    private void talk(DataInputStream in, DataOutputStream out) throws IOException {
        byte[] nonce = new byte[16];
        random.nextBytes(nonce);
        int sequence = 1;
        ByteArrayOutputStream greeting = new ByteArrayOutputStream();
        DataOutputStream g = new DataOutputStream(greeting);
        g.write("PPS1".getBytes(StandardCharsets.US_ASCII));
        g.write(nonce);
        g.writeByte(pdf ? 1 : 2);
        g.writeShort(dpi);
        send(out, greeting.toByteArray());
        while (true) {
            int length = in.readInt();
            if (length < 1 || length > MESSAGE_BYTES_MAX) {
                return;
            }
            int kind = in.readUnsignedByte();
            byte[] body = new byte[length - 1];
            in.readFully(body);
            if (kind == 'S') {
                answer(out, PRINTED, jobs.reasons());
            } else if (kind == 'Q') {
                String jobId = new String(body, StandardCharsets.US_ASCII);
                Optional<Path> sheet = jobId.matches("[A-Za-z0-9-]{1,128}") ? jobs.find(jobId) : Optional.empty();
                answer(out, sheet.isPresent() ? PRINTED_BEFORE : UNKNOWN_JOB, outputs(sheet));
            } else if (kind == 'M') {
                if (!message(out, body, nonce, sequence)) {
                    return; // a message that is not right ends the connection, and its nonce with it
                }
                sequence++;
            } else {
                return;
            }
        }
    }

    private boolean message(DataOutputStream out, byte[] body, byte[] nonce, int sequence) throws IOException {
        MessageCheck.Message message;
        try {
            message = check.check(body, nonce, sequence);
        } catch (MessageCheck.RefusedMessageException e) {
            answer(out, e.code(), List.of(e.getMessage()));
            return false;
        }
        synchronized (paper) {
            Optional<Path> before = jobs.find(message.jobId());
            if (before.isPresent()) {
                answer(out, PRINTED_BEFORE, outputs(before));
                return true;
            }
            List<String> reasons = jobs.reasons();
            if (!reasons.isEmpty()) {
                boolean medium = reasons.stream().allMatch(r -> r.startsWith("media") || r.startsWith("marker"));
                answer(out, medium ? MEDIUM_FAILED : DEVICE_FAILED, reasons);
                return false;
            }
            Path sheet = jobs.print(message.jobId(), message.pdf(), message.document());
            answer(out, PRINTED, outputs(Optional.of(sheet)));
            return true;
        }
    }

    private static List<String> outputs(Optional<Path> sheet) {
        return sheet.map(s -> List.of(s.toString())).orElse(List.of());
    }

    private static void answer(DataOutputStream out, int code, List<String> strings) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        DataOutputStream body = new DataOutputStream(bytes);
        body.writeByte(code);
        body.writeShort(strings.size());
        for (String string : new ArrayList<>(strings)) {
            body.writeUTF(string);
        }
        send(out, bytes.toByteArray());
    }

    private static void send(DataOutputStream out, byte[] frame) throws IOException {
        out.writeInt(frame.length);
        out.write(frame);
        out.flush();
    }

    @Override
    public void close() throws IOException {
        server.close();
        for (Socket socket : connections) {
            socket.close();
        }
        try {
            serving.join(CLOSE_MILLIS_MAX); // a thread that still waits in accept holds the port
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
