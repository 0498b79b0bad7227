// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import org.porto.journal.api.Journal;
import org.porto.journal.api.JournalRecord;
import org.porto.journal.api.Journals;
import org.porto.model.api.PortoException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterVault;

/**
 * What outlives the power of meters, points and stations: journals and vaults, in memory. It counts the durable steps and ends the
 * machine that makes one of them, before the step is durable or right after.
 */
final class Disk implements Journals {

    /** The machine loses its power here. */
    static final class PowerLoss extends Error {
        private static final long serialVersionUID = 1L;
    }

    private static final byte[] HASH = new byte[32];
    private static final TransactionId FIRST = TransactionId.of(new byte[TransactionId.BYTES]);

    private final Map<String, List<byte[]>> files = new HashMap<>();
    private final Map<String, MemoryVault.State> vaults = new HashMap<>();
    private Vaults real;
    private long steps;
    private long cutAt;
    private boolean cutAfter;

    /** Copies of everything. */
    record Image(Map<String, List<byte[]>> files, Map<String, MemoryVault.State> vaults, Object real) {}

    Image image() {
        Map<String, List<byte[]>> copies = new HashMap<>();
        files.forEach((name, lines) -> copies.put(name, new ArrayList<>(lines)));
        Map<String, MemoryVault.State> states = new HashMap<>();
        vaults.forEach((name, state) -> states.put(name, state.copy()));
        return new Image(copies, states, real == null ? null : real.image());
    }

    void restore(Image image) {
        files.clear();
        image.files().forEach((name, lines) -> files.put(name, new ArrayList<>(lines)));
        vaults.clear();
        image.vaults().forEach((name, state) -> vaults.put(name, state.copy()));
        if (real != null) {
            real.restore(image.real());
        }
    }

    MemoryVault.State vault(String name) {
        return vaults.computeIfAbsent(name, n -> new MemoryVault.State());
    }

    long steps() {
        return steps;
    }

    /** Cuts the power at the n-th durable step from now, 1 being the next; 0 never. */
    void cutAt(long n, boolean after) {
        cutAt = n == 0 ? 0 : steps + n;
        cutAfter = after;
    }

    boolean armed() {
        return cutAt > 0;
    }

    void step(Runnable durable) {
        step(durable, after -> {});
    }

    private void step(Runnable durable, Consumer<Boolean> fall) {
        steps++;
        boolean hit = steps == cutAt;
        if (hit) {
            cutAt = 0;
            fall.accept(cutAfter);
        }
        if (hit && !cutAfter) {
            throw new PowerLoss();
        }
        durable.run();
        if (hit) {
            throw new PowerLoss();
        }
    }

    /** Real vaults instead of doubles, from now on. */
    void real(Function<Vaults.Steps, Vaults> made) {
        real = made.apply(this::step);
    }

    /** A new vault with that much in D. */
    void fresh(String name, long money) throws PortoException {
        if (real == null) {
            new MemoryVault(this, name).post(FIRST, new RegisterOperation.Refill(money, 1));
        } else {
            real.fresh(name, money);
        }
    }

    RegisterVault open(String name) {
        return real == null ? new MemoryVault(this, name) : real.open(name);
    }

    /** A machine ends, for whatever reason. */
    void off(String name) {
        if (real != null) {
            real.off(name);
        }
    }

    /** What the vault holds, whoever keeps it. */
    MemoryVault.State look(String name) {
        return real == null ? vault(name) : MemoryVault.State.of(real, name);
    }

    @Override
    public Journal open(Path path) {
        return new Memory(files.computeIfAbsent(path.toString(), n -> new ArrayList<>()));
    }

    private final class Memory implements Journal {
        private final List<byte[]> lines;

        Memory(List<byte[]> lines) {
            this.lines = lines;
        }

        @Override
        public JournalRecord append(int type, byte[] payload) {
            byte[] line = payload.clone();
            step(() -> lines.add(line));
            return new JournalRecord(lines.size(), Instant.EPOCH, type, line, HASH);
        }

        @Override
        public List<JournalRecord> appendAll(int type, List<byte[]> payloads) {
            step(() -> payloads.forEach(payload -> lines.add(payload.clone())));
            return List.of();
        }

        @Override
        public long lastSequence() {
            return lines.size();
        }

        @Override
        public void replay(long from, Consumer<JournalRecord> sink) {
            for (int i = (int) from - 1; i < lines.size(); i++) {
                sink.accept(new JournalRecord(i + 1L, Instant.EPOCH, 1, lines.get(i), HASH));
            }
        }

        @Override
        public long verify() {
            return lines.size();
        }

        @Override
        public void compact(int type, List<byte[]> payloads) {
            step(() -> {
                lines.clear();
                payloads.forEach(payload -> lines.add(payload.clone()));
            });
        }

        @Override
        public void close() {
            // nothing is held open
        }
    }
}
