// SPDX-License-Identifier: Apache-2.0
package org.porto.keys.soft.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** The real disk that dies at one step, clean or with part of the write done, and stays dead. */
final class KillingDisk implements Disk {

    private final Disk real = new RealDisk();
    int steps;
    /** 0 for never. */
    int killAt;
    /** How much of the last write happens, in quarters. */
    int tornQuarters;

    /** @return whether this very step is the deadly one */
    private boolean dies() throws IOException {
        steps++;
        if (killAt > 0 && steps > killAt) {
            throw new IOException("dead");
        }
        return steps == killAt;
    }

    private void step() throws IOException {
        if (dies()) {
            throw new IOException("killed");
        }
    }

    @Override
    public boolean exists(Path file) throws IOException {
        return real.exists(file);
    }

    @Override
    public byte[] read(Path file, int bytesMax) throws IOException {
        return real.read(file, bytesMax);
    }

    @Override
    public void write(Path file, byte[] contents) throws IOException {
        if (dies()) {
            Files.write(file, Arrays.copyOf(contents, contents.length * tornQuarters / 4));
            throw new IOException("killed");
        }
        real.write(file, contents);
    }

    @Override
    public void wipe(Path file) throws IOException {
        if (dies()) {
            byte[] old = Files.readAllBytes(file);
            Arrays.fill(old, 0, old.length * tornQuarters / 4, (byte) 0);
            Files.write(file, old);
            throw new IOException("killed");
        }
        real.wipe(file);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        step();
        real.move(from, to);
    }

    @Override
    public void deleteIfExists(Path file) throws IOException {
        step();
        real.deleteIfExists(file);
    }

    @Override
    public void syncDirectory(Path directory) throws IOException {
        step();
        real.syncDirectory(directory);
    }
}
