// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.security.GeneralSecurityException;
import javax.crypto.Cipher;
import javax.crypto.spec.IvParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/** The AES of a meeting and nothing else: as many keys expanded, calls and blocks as the simulation had. No simulation can be faster. */
final class BareAes {

    private static final int BLOCK = 16;
    private static final int WARM = 20_000;

    private BareAes() {}

    /** @return nanoseconds of processor time a meeting */
    static double nanos(double keys, double calls, double blocks, int meetings) throws GeneralSecurityException {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        run(keys, calls, blocks, WARM);
        long began = threads.getCurrentThreadCpuTime();
        run(keys, calls, blocks, meetings);
        return (double) (threads.getCurrentThreadCpuTime() - began) / meetings;
    }

    private static void run(double keys, double calls, double blocks, int meetings) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/CBC/NoPadding", "SunJCE");
        IvParameterSpec zero = new IvParameterSpec(new byte[BLOCK]);
        byte[] key = new byte[BLOCK];
        byte[] in = new byte[(int) Math.round(blocks / calls) * BLOCK];
        byte[] out = new byte[in.length];
        double keysDue = 0;
        double callsDue = 0;
        for (int i = 0; i < meetings; i++) {
            for (keysDue += keys; keysDue >= 1 || i == 0 && keysDue > 0; keysDue--) {
                key[i & 15]++;
                key[(int) keysDue & 15]++;
                cipher.init(Cipher.ENCRYPT_MODE, new SecretKeySpec(key, "AES"), zero);
            }
            for (callsDue += calls; callsDue >= 1; callsDue--) {
                cipher.update(in, 0, in.length, out, 0);
            }
        }
    }
}
