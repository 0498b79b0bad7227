// SPDX-License-Identifier: Apache-2.0
package org.porto.register.vault.internal;

import static org.junit.Assert.assertEquals;
import static org.porto.register.vault.internal.Bench.id;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.Registers;

/** Random operations, repetitions and restarts against a model of plain sums; replays by {@code -Dseed=}. */
public class SimulationTest {

    private static final int OPERATIONS = 400;

    @Rule
    public final TemporaryFolder temp = new TemporaryFolder();

    /** Written from rule V1 alone, without the vault's code. */
    private static final class Model {
        long a;
        long d = 100_000;
        long x;
        long t;
        long r = 100_000;
        long p;
        long f;
        long pieces;
        final List<TransactionId> open = new ArrayList<>();
        final List<long[]> amounts = new ArrayList<>();
    }

    @Test
    public void theVaultIsTheModel() throws Exception {
        long seed = Long.getLong("seed", System.nanoTime());
        System.getLogger("simulation").log(System.Logger.Level.INFO, "seed " + seed);
        Random random = new Random(seed);
        Bench bench = new Bench(temp.newFolder().toPath());
        Vault vault = bench.vault();
        Bench.start(vault);
        Model model = new Model();
        for (int number = 10; number < 10 + OPERATIONS; number++) {
            String name = "seed " + seed + ", operation " + number;
            RegisterOperation operation = next(random, model);
            boolean accepted = expect(model, id(number), operation);
            boolean done = true;
            try {
                vault.post(id(number), operation);
                if (random.nextInt(5) == 0) {
                    vault.post(id(number), operation);
                }
            } catch (RefusedException e) {
                done = false;
            }
            assertEquals(name + " " + operation, accepted, done);
            if (random.nextInt(40) == 0) {
                vault.close();
                vault = bench.vault();
            }
            Registers now = vault.registers();
            assertEquals(
                    name,
                    List.of(model.a, model.d, model.x, model.t, model.r, model.p, model.f, model.pieces),
                    List.of(
                            now.ascending(), now.descending(), now.transferOut(), now.inTransit(), now.refilled(),
                            now.cardTakings(), now.fees(), now.pieceCount()));
            assertEquals(name, model.open, vault.inTransit().stream().map(i -> i.transaction()).toList());
        }
        assertEquals(vault.registers().sequence(), vault.verify());
        vault.close();
    }

    private static RegisterOperation next(Random random, Model model) {
        TransactionId end = model.open.isEmpty() || random.nextInt(10) == 0
                ? id(999_999)
                : model.open.get(random.nextInt(model.open.size()));
        return switch (random.nextInt(7)) {
            case 0 -> new RegisterOperation.Refill(1 + random.nextInt(60_000), random.nextInt(100));
            case 1, 2 -> new RegisterOperation.Frank(random.nextInt(60_000), "letter");
            case 3 -> new RegisterOperation.FrankByCard(random.nextInt(60_000), "letter", "CARD");
            case 4 -> new RegisterOperation.TransferOut(1 + random.nextInt(30_000), random.nextInt(50), "CARD");
            case 5 -> new RegisterOperation.TransferDone(end);
            default -> new RegisterOperation.TransferUndone(end);
        };
    }

    private static boolean item(long amount) {
        return amount == 0 || amount >= 10 && amount <= 50_000;
    }

    private static boolean expect(Model m, TransactionId id, RegisterOperation operation) {
        if (operation instanceof RegisterOperation.Refill o) {
            if (m.d + m.t + o.amount() > 1_000_000) {
                return false;
            }
            m.d += o.amount();
            m.r += o.amount();
        } else if (operation instanceof RegisterOperation.Frank o) {
            if (!item(o.amount()) || o.amount() > m.d) {
                return false;
            }
            m.d -= o.amount();
            m.a += o.amount();
            m.pieces++;
        } else if (operation instanceof RegisterOperation.FrankByCard o) {
            if (!item(o.amount())) {
                return false;
            }
            m.p += o.amount();
            m.a += o.amount();
            m.pieces++;
        } else if (operation instanceof RegisterOperation.TransferOut o) {
            if (o.amount() + o.fee() > m.d) {
                return false;
            }
            m.d -= o.amount() + o.fee();
            m.t += o.amount() + o.fee();
            m.open.add(id);
            m.amounts.add(new long[] {o.amount(), o.fee()});
        } else if (operation instanceof RegisterOperation.TransferDone o) {
            int at = m.open.indexOf(o.transferOut());
            if (at < 0) {
                return false;
            }
            m.open.remove(at);
            long[] parts = m.amounts.remove(at);
            m.t -= parts[0] + parts[1];
            m.x += parts[0];
            m.f += parts[1];
        } else if (operation instanceof RegisterOperation.TransferUndone o) {
            int at = m.open.indexOf(o.transferOut());
            if (at < 0) {
                return false;
            }
            m.open.remove(at);
            long[] parts = m.amounts.remove(at);
            m.t -= parts[0] + parts[1];
            m.d += parts[0] + parts[1];
        }
        return true;
    }
}
