// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

/** Results of algorithms on their way into an applet's arrays, which may be persistent. */
final class Output {

    private Output() {}

    static void put(byte[] result, byte[] target, int offset) {
        if (offset < 0 || offset + result.length > target.length) {
            throw new ArrayIndexOutOfBoundsException();
        }
        if (Card.keeps(target)) {
            Card.writeThrough(
                    target, offset, result.length, () -> System.arraycopy(result, 0, target, offset, result.length));
        } else {
            System.arraycopy(result, 0, target, offset, result.length);
        }
    }
}
