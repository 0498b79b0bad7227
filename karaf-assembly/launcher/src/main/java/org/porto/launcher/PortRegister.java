// SPDX-License-Identifier: Apache-2.0
package org.porto.launcher;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Which loopback ports sites of this user have picked and do not listen on yet. A port is free until somebody listens, so two sites that are
 * set up at once would pick the same ones; here each sees what the other has taken. What was picked long ago is bound by now, or given up.
 */
final class PortRegister {

    private static final Duration KEPT = Duration.ofMinutes(5);
    private static final int BYTES_MAX = 1 << 20;

    private record Taken(int port, long millis, String site) {}

    private final Path file;

    PortRegister() {
        this(Path.of(System.getProperty("java.io.tmpdir"), "porto-ports-" + System.getProperty("user.name")));
    }

    PortRegister(Path file) {
        this.file = file;
    }

    /**
     * @param wanted taken when it is free
     * @param others ports that this site needs for something else
     */
    int take(int wanted, Set<Integer> others, Path site) throws LauncherException {
        try (FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
                FileLock lock = channel.lock()) {
            List<Taken> taken = read(channel, System.currentTimeMillis() - KEPT.toMillis());
            int port = wanted;
            for (int tries = 0; !free(port) || others.contains(port) || reserved(taken, port, site); tries++) {
                if (tries == 1000) {
                    throw new LauncherException("no free port");
                }
                port = any();
            }
            taken.add(new Taken(port, System.currentTimeMillis(), site.toString()));
            write(channel, taken);
            lock.release();
            return port;
        } catch (IOException e) {
            throw new LauncherException("cannot pick a port by " + file + ": " + e.getMessage(), e);
        }
    }

    private static boolean reserved(List<Taken> taken, int port, Path site) {
        return taken.stream().anyMatch(one -> one.port() == port && !one.site().equals(site.toString()));
    }

    private static List<Taken> read(FileChannel channel, long since) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(channel.size(), BYTES_MAX));
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) >= 0) {
            continue;
        }
        List<Taken> taken = new ArrayList<>();
        for (String line : new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).split("\n")) {
            String[] words = line.split(" ", 3);
            if (words.length == 3 && words[0].matches("\\d{1,5}") && words[1].matches("\\d{1,18}") && Long.parseLong(words[1]) >= since) {
                taken.add(new Taken(Integer.parseInt(words[0]), Long.parseLong(words[1]), words[2]));
            }
        }
        return taken;
    }

    private static void write(FileChannel channel, List<Taken> taken) throws IOException {
        StringBuilder lines = new StringBuilder();
        taken.forEach(one ->
                lines.append(one.port()).append(' ').append(one.millis()).append(' ').append(one.site()).append('\n'));
        ByteBuffer bytes = ByteBuffer.wrap(lines.toString().getBytes(StandardCharsets.UTF_8));
        channel.truncate(0);
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
    }

    private static int any() throws IOException {
        try (ServerSocket any = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return any.getLocalPort();
        }
    }

    private static boolean free(int port) {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
