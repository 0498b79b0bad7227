// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import javacard.security.CryptoException;
import javacard.security.Key;
import javacard.security.Signature;
import org.porto.crypto.api.EcEncodings;
import org.porto.model.api.RefusedException;
import org.porto.proof.card.CheapCrypto;

/** Stands in for ECDSA in the simulation: see CheapCrypto. */
public final class EcdsaSignature extends Signature implements Engine {

    private static final short LENGTH_MAX = 72;

    private final ByteArrayOutputStream message = new ByteArrayOutputStream();
    private Key key;

    public EcdsaSignature() {
        Card.engine(this);
    }

    @Override
    public void forget() {
        key = null;
        message.reset();
    }

    @Override
    public void init(Key theKey, byte theMode) {
        forget();
        if (!(theMode == MODE_SIGN && theKey instanceof EcPrivate || theMode == MODE_VERIFY && theKey instanceof EcPublic)) {
            CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
        }
        if (!theKey.isInitialized()) {
            CryptoException.throwIt(CryptoException.UNINITIALIZED_KEY);
        }
        key = theKey;
    }

    @Override
    public void init(Key theKey, byte theMode, byte[] bArray, short bOff, short bLen) {
        CryptoException.throwIt(CryptoException.ILLEGAL_VALUE);
    }

    @Override
    public byte getAlgorithm() {
        return ALG_ECDSA_SHA_256;
    }

    @Override
    public short getLength() {
        return LENGTH_MAX;
    }

    @Override
    public void update(byte[] inBuff, short inOffset, short inLength) {
        message.write(inBuff, inOffset, inLength);
    }

    @Override
    public short sign(byte[] inBuff, short inOffset, short inLength, byte[] sigBuff, short sigOffset) {
        message.write(inBuff, inOffset, inLength);
        if (!(key instanceof EcPrivate)) {
            throw new CryptoException(CryptoException.INVALID_INIT);
        }
        byte[] point = CheapCrypto.point(((EcPrivate) key).value());
        byte[] der = CheapCrypto.der(CheapCrypto.signature(point, message.toByteArray()));
        message.reset();
        Output.put(der, sigBuff, sigOffset);
        return (short) der.length;
    }

    @Override
    public boolean verify(
            byte[] inBuff, short inOffset, short inLength, byte[] sigBuff, short sigOffset, short sigLength) {
        message.write(inBuff, inOffset, inLength);
        if (!(key instanceof EcPublic)) {
            throw new CryptoException(CryptoException.INVALID_INIT);
        }
        try {
            byte[] given = EcEncodings.rawSignature(Arrays.copyOfRange(sigBuff, sigOffset, sigOffset + sigLength));
            return Arrays.equals(given, CheapCrypto.signature(((EcPublic) key).value(), message.toByteArray()));
        } catch (RefusedException e) {
            return false;
        } finally {
            message.reset();
        }
    }
}
