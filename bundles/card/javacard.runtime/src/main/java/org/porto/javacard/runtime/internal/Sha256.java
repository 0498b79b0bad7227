// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.security.NoSuchAlgorithmException;
import javacard.security.MessageDigest;

/** SHA-256. */
public final class Sha256 extends MessageDigest implements Engine {

    private final java.security.MessageDigest digest;

    public Sha256() {
        try {
            digest = java.security.MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
        Card.engine(this);
    }

    @Override
    public void forget() {
        digest.reset();
    }

    @Override
    public byte getAlgorithm() {
        return ALG_SHA_256;
    }

    @Override
    public byte getLength() {
        return LENGTH_SHA_256;
    }

    @Override
    public short doFinal(byte[] inBuff, short inOffset, short inLength, byte[] outBuff, short outOffset) {
        digest.update(inBuff, inOffset, inLength);
        Output.put(digest.digest(), outBuff, outOffset);
        return LENGTH_SHA_256;
    }

    @Override
    public void update(byte[] inBuff, short inOffset, short inLength) {
        digest.update(inBuff, inOffset, inLength);
    }

    @Override
    public void reset() {
        digest.reset();
    }
}
