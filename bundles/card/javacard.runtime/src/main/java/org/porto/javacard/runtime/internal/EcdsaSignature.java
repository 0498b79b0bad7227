// SPDX-License-Identifier: Apache-2.0
package org.porto.javacard.runtime.internal;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.SignatureException;
import java.util.Arrays;
import javacard.security.CryptoException;
import javacard.security.Key;
import javacard.security.Signature;

/** ECDSA with SHA-256 on P-256, DER. */
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
        try {
            java.security.Signature signature = java.security.Signature.getInstance("SHA256withECDSA", Jca.EC_PROVIDER);
            signature.initSign(Jca.privateKey(((EcPrivate) key).value()));
            signature.update(message.toByteArray());
            byte[] der = signature.sign();
            Output.put(der, sigBuff, sigOffset);
            return (short) der.length;
        } catch (GeneralSecurityException e) {
            throw new CryptoException(CryptoException.ILLEGAL_USE);
        } finally {
            message.reset();
        }
    }

    @Override
    public boolean verify(
            byte[] inBuff, short inOffset, short inLength, byte[] sigBuff, short sigOffset, short sigLength) {
        message.write(inBuff, inOffset, inLength);
        if (!(key instanceof EcPublic)) {
            throw new CryptoException(CryptoException.INVALID_INIT);
        }
        try {
            java.security.Signature signature = java.security.Signature.getInstance("SHA256withECDSA", Jca.EC_PROVIDER);
            signature.initVerify(Jca.publicKey(((EcPublic) key).value()));
            signature.update(message.toByteArray());
            return signature.verify(Arrays.copyOfRange(sigBuff, sigOffset, sigOffset + sigLength));
        } catch (SignatureException e) {
            return false;
        } catch (GeneralSecurityException e) {
            throw new CryptoException(CryptoException.ILLEGAL_USE);
        } finally {
            message.reset();
        }
    }
}
