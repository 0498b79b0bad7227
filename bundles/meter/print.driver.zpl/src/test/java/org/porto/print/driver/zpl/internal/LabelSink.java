// SPDX-License-Identifier: Apache-2.0
package org.porto.print.driver.zpl.internal;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A label printer as far as the wire goes: answers {@code ~HS}, prints a format a few questions after it came, can run out of paper.
 * Decodes {@code ^GFA} after the guide's own words, knowing nothing of the code that wrote it.
 */
final class LabelSink implements AutoCloseable {

    final List<String> formats = new CopyOnWriteArrayList<>();
    volatile boolean paperOut;
    volatile boolean headUp;
    volatile boolean paperOutAfterFormat;
    volatile boolean hangUpAfterFormat;
    volatile boolean mute;
    volatile int cancels;
    private volatile int questionsUntilPrinted;
    private final ServerSocket server;

    LabelSink() throws IOException {
        server = new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
        Thread thread = new Thread(this::serve, "label-sink");
        thread.setDaemon(true);
        thread.start();
    }

    int port() {
        return server.getLocalPort();
    }

    private void serve() {
        while (!server.isClosed()) {
            try (Socket socket = server.accept()) {
                talk(socket);
            } catch (IOException e) {
                continue;
            }
        }
    }

    private void talk(Socket socket) throws IOException {
        InputStream in = socket.getInputStream();
        OutputStream out = socket.getOutputStream();
        StringBuilder seen = new StringBuilder();
        for (int b = in.read(); b >= 0; b = in.read()) {
            seen.append((char) b);
            if (endsWith(seen, "~HS")) {
                seen.setLength(0);
                if (!mute) {
                    out.write(status().getBytes(StandardCharsets.US_ASCII));
                    out.flush();
                }
            } else if (endsWith(seen, "~JA")) {
                seen.setLength(0);
                cancels++;
            } else if (endsWith(seen, "^XZ")) {
                formats.add(seen.toString().strip());
                seen.setLength(0);
                questionsUntilPrinted = 3;
                paperOut |= paperOutAfterFormat;
                if (hangUpAfterFormat) {
                    return;
                }
            }
        }
    }

    private static boolean endsWith(StringBuilder text, String end) {
        return text.length() >= end.length() && text.substring(text.length() - end.length()).equals(end);
    }

    private String status() {
        int waiting = questionsUntilPrinted > 2 ? 1 : 0;
        int left = questionsUntilPrinted > 0 && waiting == 0 ? 1 : 0;
        questionsUntilPrinted = Math.max(0, questionsUntilPrinted - 1);
        return String.format(
                "\u0002030,%d,0,0406,%03d,0,0,0,000,0,0,0\u0003\r\n\u0002000,0,%d,0,0,2,6,0,%08d,1,000\u0003\r\n\u00021234,0\u0003\r\n",
                paperOut ? 1 : 0, waiting, headUp ? 1 : 0, left);
    }

    /** The graphic of a format as a picture with white around it. */
    static BufferedImage picture(String format) {
        int at = format.indexOf("^GFA,");
        String[] parts = format.substring(at + 5, format.indexOf("^FS", at)).split(",", 4);
        int bytes = Integer.parseInt(parts[1]);
        int rowBytes = Integer.parseInt(parts[2]);
        int rowDigits = 2 * rowBytes;
        int height = bytes / rowBytes;
        StringBuilder all = new StringBuilder();
        int count = 0;
        for (char c : parts[3].toCharArray()) {
            int inRow = all.length() % rowDigits;
            if (c >= 'G' && c <= 'Y') {
                count += c - 'G' + 1;
            } else if (c >= 'g' && c <= 'z') {
                count += (c - 'g' + 1) * 20;
            } else if (c == ',' || c == '!') {
                all.append((c == ',' ? "0" : "F").repeat(rowDigits - inRow));
            } else if (c == ':') {
                all.append(all.substring(all.length() - rowDigits));
            } else if (Character.digit(c, 16) >= 0) {
                all.append(String.valueOf(c).repeat(Math.max(1, count)));
                count = 0;
            } else {
                throw new IllegalStateException("'" + c + "' in the graphic");
            }
        }
        if (all.length() != rowDigits * height) {
            throw new IllegalStateException(all.length() + " digits for " + bytes + " bytes");
        }
        int border = 20;
        BufferedImage image = new BufferedImage(rowBytes * 8 + 2 * border, height + 2 * border, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < image.getHeight(); y++) {
            for (int x = 0; x < image.getWidth(); x++) {
                int dx = x - border;
                int dy = y - border;
                boolean inside = dx >= 0 && dy >= 0 && dx < rowBytes * 8 && dy < height;
                int digit = inside ? Character.digit(all.charAt(dy * rowDigits + dx / 4), 16) : 0;
                image.setRGB(x, y, (digit >> 3 - dx % 4 & 1) == 1 && inside ? 0 : 0xFFFFFF);
            }
        }
        return image;
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
