// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

/** The parameters of P-256 as applets write them. */
final class Domain {

    static final byte[] FIELD = Jca.fixed(Jca.prime());
    static final byte[] A = Jca.fixed(Jca.P256.getCurve().getA());
    static final byte[] B = Jca.fixed(Jca.P256.getCurve().getB());
    static final byte[] G = Jca.encode(Jca.P256.getGenerator());
    static final byte[] R = Jca.fixed(Jca.P256.getOrder());

    private Domain() {}

    /** Whether a number of any length is that one. */
    static boolean same(byte[] wanted, byte[] buffer, int offset, int length) {
        int from = offset;
        int end = offset + length;
        while (end - from > wanted.length && buffer[from] == 0) {
            from++;
        }
        int missing = wanted.length - (end - from);
        for (int i = 0; i < missing; i++) {
            if (wanted[i] != 0) {
                return false;
            }
        }
        return missing >= 0 && java.util.Arrays.equals(wanted, missing, wanted.length, buffer, from, end);
    }
}
