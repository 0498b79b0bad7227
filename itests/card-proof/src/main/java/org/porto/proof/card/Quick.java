// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.Map;
import java.util.TreeMap;
import org.junit.runner.JUnitCore;
import org.junit.runner.Request;
import org.junit.runner.Result;

/** The short form of the proof, called by reflection in a loader of its own. */
public final class Quick {

    private static final int LIFE_STEPS = 400;
    private static final int FAULTS_MANY = 30;

    private Quick() {}

    /** Simulations from a seed on, with the substitutes. @return meetings, nanoseconds of processor time */
    public static long[] simulate(long seed, int lives, int steps, int faultPercent, Map<String, Integer> happened) throws Exception {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long began = threads.getCurrentThreadCpuTime();
        long meetings = 0;
        for (int i = 0; i < lives; i++) {
            Simulation life = new Simulation(new CheapCrypto(seed + i), seed + i, 6, faultPercent).run(steps);
            meetings += life.meetings;
            life.happened.forEach((what, times) -> happened.merge(what, times, Integer::sum));
        }
        return new long[] {meetings, threads.getCurrentThreadCpuTime() - began};
    }

    /** Lives of this thread from seed 1 on, with much going wrong. @param many how many */
    public static void lives(String many) throws Exception {
        simulate(1, Integer.parseInt(many), LIFE_STEPS, FAULTS_MANY, new TreeMap<>());
    }

    /** What this thread's simulations had of AES so far: keys expanded, calls, blocks. */
    public static long[] aes() {
        SharedAes.Count count = SharedAes.here().count();
        return new long[] {count.keys, count.calls, count.blocks};
    }

    /** Tears with the substitutes, the next meeting not torn again. @param only part of a name, empty for all @return points, pairs */
    public static long[] tears(String only) throws Exception {
        Tears tears = new Tears(new CheapCrypto(1), line -> {});
        if ("commands".contains(only)) {
            tears.commands();
        }
        tears.pairs(0, only);
        return new long[] {tears.count.points, tears.count.pairs};
    }

    /** Tears of a transfer with the product's vault, where it is compiled in front. @return pairs, next meetings torn, durable steps of the meter */
    public static long[] vaultTears(int second) throws Exception {
        Tears tears = new Tears(new CheapCrypto(1), line -> ProveCard.say(line));
        tears.pairs(second, Tears.VAULT);
        return new long[] {tears.count.points, tears.count.pairs, tears.count.second};
    }

    /** Attacks by name, with the substitutes. @param only part of a name, empty for all */
    public static void attacks(String only) throws Exception {
        Attacks.all(new CheapCrypto(1), only, line -> {});
    }

    /** One test of a bundle, {@code Class#method}. @return its failure, empty for none */
    public static String named(String test) throws Exception {
        String[] parts = test.split("#");
        Class<?> type = Class.forName(parts[0], true, Quick.class.getClassLoader());
        Result result = new JUnitCore().run(Request.method(type, parts[1]));
        return result.wasSuccessful() ? "" : parts[0].substring(parts[0].lastIndexOf('.') + 1) + "#" + parts[1];
    }
}
