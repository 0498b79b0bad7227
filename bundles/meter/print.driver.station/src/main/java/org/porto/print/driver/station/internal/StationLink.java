// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.station.internal;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** One connection to a print station and its nonce. Frames and answers: docs/protocol/print-station.md. */
final class StationLink implements AutoCloseable {

    static final int PRINTED = 0;
    static final int PRINTED_BEFORE = 1;
    static final int MEDIUM_FAILED = 5;
    static final int UNKNOWN_JOB = 8;

    private static final byte[] GREETING = "PPS1".getBytes(StandardCharsets.US_ASCII);
    private static final int NONCE_BYTES = 16;
    private static final int CONNECT_MILLIS = 3000;
    private static final int ANSWER_BYTES_MAX = 64 * 1024;
    private static final int STRINGS_MAX = 64;

    /** @param strings state reasons, outputs, or what was wrong */
    record Answer(int code, List<String> strings) {}

    private final Socket socket;
    private final DataInputStream in;
    private final DataOutputStream out;
    private final byte[] nonce = new byte[NONCE_BYTES];
    private final String format;
    private final int dpi;
    private int sequence = 1;

    StationLink(String host, int port, int answerMillis) throws IOException {
        socket = new Socket();
        boolean greeted = false;
        try {
            socket.connect(new InetSocketAddress(host, port), CONNECT_MILLIS);
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(answerMillis);
            in = new DataInputStream(socket.getInputStream());
            out = new DataOutputStream(socket.getOutputStream());
            DataInputStream hello = frame();
            if (!Arrays.equals(hello.readNBytes(GREETING.length), GREETING)) {
                throw new IOException("no print station");
            }
            hello.readFully(nonce);
            format = hello.readUnsignedByte() == 1 ? "application/pdf" : "image/png";
            dpi = hello.readUnsignedShort();
            greeted = true;
        } finally {
            if (!greeted) {
                socket.close();
            }
        }
    }

    byte[] nonce() {
        return nonce.clone();
    }

    int sequence() {
        return sequence;
    }

    String format() {
        return format;
    }

    int dpi() {
        return dpi;
    }

    Answer ask() throws IOException {
        return exchange('S', new byte[0]);
    }

    Answer known(String jobId) throws IOException {
        return exchange('Q', jobId.getBytes(StandardCharsets.US_ASCII));
    }

    /** The station has taken the message's number when it answers that it is or was printed. */
    Answer message(byte[] message) throws IOException {
        Answer answer = exchange('M', message);
        if (answer.code() == PRINTED || answer.code() == PRINTED_BEFORE) {
            sequence++;
        }
        return answer;
    }

    private Answer exchange(char kind, byte[] body) throws IOException {
        out.writeInt(1 + body.length);
        out.writeByte(kind);
        out.write(body);
        out.flush();
        DataInputStream answer = frame();
        int code = answer.readUnsignedByte();
        List<String> strings = new ArrayList<>();
        for (int left = Math.min(STRINGS_MAX, answer.readUnsignedShort()); left > 0; left--) {
            strings.add(answer.readUTF());
        }
        return new Answer(code, List.copyOf(strings));
    }

    private DataInputStream frame() throws IOException {
        int length = in.readInt();
        if (length < 1 || length > ANSWER_BYTES_MAX) {
            throw new IOException("frame of " + length + " bytes");
        }
        byte[] frame = new byte[length];
        in.readFully(frame);
        return new DataInputStream(new ByteArrayInputStream(frame));
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            return; // it is of no use any more either way
        }
    }
}
