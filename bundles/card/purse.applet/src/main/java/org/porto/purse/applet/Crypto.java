// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.AESKey;
import javacard.security.CryptoException;
import javacard.security.ECPrivateKey;
import javacard.security.ECPublicKey;
import javacard.security.Key;
import javacard.security.KeyAgreement;
import javacard.security.KeyBuilder;
import javacard.security.MessageDigest;
import javacard.security.RandomData;
import javacard.security.Signature;
import javacardx.crypto.Cipher;

/**
 * The card's cryptography. Every object is made here, once. {@link #s} is the scratch in which messages to be MACed are laid
 * out: the caller writes them at offset 0.
 */
final class Crypto {

    static final short BLOCK = (short) 16;
    static final short POINT = (short) 65;
    static final short SCRATCH = (short) 320;
    static final short LABEL = (short) 10;
    private static final short KEY_BITS = (short) 256;

    private static final byte[] P = {
        -1, -1, -1, -1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1
    };
    private static final byte[] A = {
        -1, -1, -1, -1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0,
        0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -4
    };
    private static final byte[] B = {
        (byte) 0x5A, (byte) 0xC6, (byte) 0x35, (byte) 0xD8, (byte) 0xAA, (byte) 0x3A, (byte) 0x93, (byte) 0xE7,
        (byte) 0xB3, (byte) 0xEB, (byte) 0xBD, (byte) 0x55, (byte) 0x76, (byte) 0x98, (byte) 0x86, (byte) 0xBC,
        (byte) 0x65, (byte) 0x1D, (byte) 0x06, (byte) 0xB0, (byte) 0xCC, (byte) 0x53, (byte) 0xB0, (byte) 0xF6,
        (byte) 0x3B, (byte) 0xCE, (byte) 0x3C, (byte) 0x3E, (byte) 0x27, (byte) 0xD2, (byte) 0x60, (byte) 0x4B
    };
    private static final byte[] G = {
        (byte) 0x04,
        (byte) 0x6B, (byte) 0x17, (byte) 0xD1, (byte) 0xF2, (byte) 0xE1, (byte) 0x2C, (byte) 0x42, (byte) 0x47,
        (byte) 0xF8, (byte) 0xBC, (byte) 0xE6, (byte) 0xE5, (byte) 0x63, (byte) 0xA4, (byte) 0x40, (byte) 0xF2,
        (byte) 0x77, (byte) 0x03, (byte) 0x7D, (byte) 0x81, (byte) 0x2D, (byte) 0xEB, (byte) 0x33, (byte) 0xA0,
        (byte) 0xF4, (byte) 0xA1, (byte) 0x39, (byte) 0x45, (byte) 0xD8, (byte) 0x98, (byte) 0xC2, (byte) 0x96,
        (byte) 0x4F, (byte) 0xE3, (byte) 0x42, (byte) 0xE2, (byte) 0xFE, (byte) 0x1A, (byte) 0x7F, (byte) 0x9B,
        (byte) 0x8E, (byte) 0xE7, (byte) 0xEB, (byte) 0x4A, (byte) 0x7C, (byte) 0x0F, (byte) 0x9E, (byte) 0x16,
        (byte) 0x2B, (byte) 0xCE, (byte) 0x33, (byte) 0x57, (byte) 0x6B, (byte) 0x31, (byte) 0x5E, (byte) 0xCE,
        (byte) 0xCB, (byte) 0xB6, (byte) 0x40, (byte) 0x68, (byte) 0x37, (byte) 0xBF, (byte) 0x51, (byte) 0xF5
    };
    private static final byte[] N = {
        -1, -1, -1, -1, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1,
        (byte) 0xBC, (byte) 0xE6, (byte) 0xFA, (byte) 0xAD, (byte) 0xA7, (byte) 0x17, (byte) 0x9E, (byte) 0x84,
        (byte) 0xF3, (byte) 0xB9, (byte) 0xCA, (byte) 0xC2, (byte) 0xFC, (byte) 0x63, (byte) 0x25, (byte) 0x51
    };

    final byte[] s;
    private final byte[] sub;
    private final Cipher ecb;
    private final Cipher cbc;
    private final Signature cbcMac;
    private final Signature ecdsa;
    private final KeyAgreement agreement;
    private final RandomData random;
    private final MessageDigest sha;
    private final AESKey kdk;
    private final AESKey work;
    private final ECPublicKey foreign;

    Crypto() {
        s = JCSystem.makeTransientByteArray(SCRATCH, JCSystem.CLEAR_ON_DESELECT);
        sub = JCSystem.makeTransientByteArray(BLOCK, JCSystem.CLEAR_ON_DESELECT);
        ecb = Cipher.getInstance(Cipher.ALG_AES_BLOCK_128_ECB_NOPAD, false);
        cbc = Cipher.getInstance(Cipher.ALG_AES_BLOCK_128_CBC_NOPAD, false);
        cbcMac = Signature.getInstance(Signature.ALG_AES_MAC_128_NOPAD, false);
        ecdsa = Signature.getInstance(Signature.ALG_ECDSA_SHA_256, false);
        agreement = KeyAgreement.getInstance(KeyAgreement.ALG_EC_SVDP_DH_PLAIN, false);
        random = RandomData.getInstance(RandomData.ALG_SECURE_RANDOM);
        sha = MessageDigest.getInstance(MessageDigest.ALG_SHA_256, false);
        kdk = aesKey();
        work = aesKey();
        foreign = publicKey();
    }

    static AESKey aesKey() {
        return (AESKey) KeyBuilder.buildKey(KeyBuilder.TYPE_AES_TRANSIENT_DESELECT, KeyBuilder.LENGTH_AES_128, false);
    }

    static ECPublicKey publicKey() {
        ECPublicKey key = (ECPublicKey) KeyBuilder.buildKey(KeyBuilder.TYPE_EC_FP_PUBLIC, KEY_BITS, false);
        key.setFieldFP(P, (short) 0, (short) P.length);
        key.setA(A, (short) 0, (short) A.length);
        key.setB(B, (short) 0, (short) B.length);
        key.setG(G, (short) 0, (short) G.length);
        key.setR(N, (short) 0, (short) N.length);
        key.setK((short) 1);
        return key;
    }

    static ECPrivateKey privateKey() {
        ECPrivateKey key = (ECPrivateKey) KeyBuilder.buildKey(KeyBuilder.TYPE_EC_FP_PRIVATE, KEY_BITS, false);
        domain(key);
        return key;
    }

    /** Before each generation: some cards clear the domain parameters with the key. */
    static void domain(ECPrivateKey key) {
        key.setFieldFP(P, (short) 0, (short) P.length);
        key.setA(A, (short) 0, (short) A.length);
        key.setB(B, (short) 0, (short) B.length);
        key.setG(G, (short) 0, (short) G.length);
        key.setR(N, (short) 0, (short) N.length);
        key.setK((short) 1);
    }

    void random(byte[] out, short off, short length) {
        random.generateData(out, off, length);
    }

    short sha256(byte[] in, short off, short length, byte[] out, short outOff) {
        return sha.doFinal(in, off, length, out, outOff);
    }

    /** AES-CMAC (SP 800-38B) over the first bytes of {@link #s}, 16 bytes; the padding is written behind them. */
    void cmac(AESKey key, short length, byte[] out, short outOff) {
        Util.arrayFillNonAtomic(sub, (short) 0, BLOCK, (byte) 0);
        ecb.init(key, Cipher.MODE_ENCRYPT);
        ecb.doFinal(sub, (short) 0, BLOCK, sub, (short) 0);
        twice();
        short total = length;
        if (length == 0 || (short) (length & 15) != 0) {
            twice();
            total = (short) ((short) (length & (short) 0xFFF0) + BLOCK);
            Util.arrayFillNonAtomic(s, length, (short) (total - length), (byte) 0);
            s[length] = (byte) 0x80;
        }
        short last = (short) (total - BLOCK);
        for (short i = (short) 0; i < BLOCK; i++) {
            s[(short) (last + i)] = (byte) (s[(short) (last + i)] ^ sub[i]);
        }
        cbcMac.init(key, Signature.MODE_SIGN);
        cbcMac.sign(s, (short) 0, total, out, outOff);
    }

    /** Doubling in GF(2^128). */
    private void twice() {
        byte carry = (byte) (sub[0] & 0x80);
        for (short i = (short) 0; i < (short) 15; i++) {
            sub[i] = (byte) ((byte) (sub[i] << 1) | (byte) ((sub[(short) (i + 1)] >> 7) & 1));
        }
        sub[15] = (byte) (sub[15] << 1);
        if (carry != 0) {
            sub[15] = (byte) (sub[15] ^ (byte) 0x87);
        }
    }

    /** Sets the key that {@link #derive} works from. */
    void root(byte[] secret, short off) {
        kdk.setKey(secret, off);
    }

    void forgetRoot() {
        if (kdk.isInitialized()) {
            kdk.clearKey();
        }
    }

    /** SP 800-56C extraction by CMAC under a zero key: Z of 32 bytes at s[0]. */
    void rootFromSharedSecret() {
        Util.arrayFillNonAtomic(s, (short) 64, BLOCK, (byte) 0);
        work.setKey(s, (short) 64);
        cmac(work, (short) 32, s, (short) 64);
        kdk.setKey(s, (short) 64);
        Util.arrayFillNonAtomic(s, (short) 0, (short) 80, (byte) 0);
    }

    /** SP 800-108 in counter mode by CMAC, one block: 16 bytes, or 8 (L is in the block). The context must not lie in s. */
    void derive(byte[] label, byte[] context, short off, short length, short bytes, byte[] out, short outOff) {
        s[0] = (byte) 1;
        short at = Util.arrayCopyNonAtomic(label, (short) 0, s, (short) 1, LABEL);
        s[at++] = (byte) 0;
        at = Util.arrayCopyNonAtomic(context, off, s, at, length);
        at = Util.setShort(s, at, (short) (bytes << 3));
        cmac(kdk, at, s, (short) (SCRATCH - BLOCK));
        Util.arrayCopyNonAtomic(s, (short) (SCRATCH - BLOCK), out, outOff, bytes);
        Util.arrayFillNonAtomic(s, (short) (SCRATCH - BLOCK), BLOCK, (byte) 0);
    }

    void deriveKey(AESKey key, byte[] label, byte[] context, short off, short length) {
        derive(label, context, off, length, BLOCK, s, (short) (SCRATCH - (short) (2 * BLOCK)));
        key.setKey(s, (short) (SCRATCH - (short) (2 * BLOCK)));
        Util.arrayFillNonAtomic(s, (short) (SCRATCH - (short) (2 * BLOCK)), BLOCK, (byte) 0);
    }

    /** CMAC under the root key itself, for receipts; the message lies in s and never starts with 01. */
    void macByRoot(short length, byte[] out, short outOff) {
        cmac(kdk, length, out, outOff);
    }

    void encryptBlock(AESKey key, byte[] data, short off) {
        ecb.init(key, Cipher.MODE_ENCRYPT);
        ecb.doFinal(data, off, BLOCK, data, off);
    }

    /** CBC in place. */
    void crypt(AESKey key, byte mode, byte[] iv, short ivOff, byte[] data, short off, short length) {
        cbc.init(key, mode, iv, ivOff, BLOCK);
        cbc.doFinal(data, off, length, data, off);
    }

    /** Where ISO/IEC 9797-1 method 2 padding begins, or -1. */
    static short unpadded(byte[] data, short off, short length) {
        short i = (short) (off + length);
        short floor = (short) (i - BLOCK);
        do {
            i--;
        } while (i > floor && data[i] == 0);
        return data[i] == (byte) 0x80 ? (short) (i - off) : (short) -1;
    }

    static short pad(byte[] data, short off, short length) {
        short total = (short) ((short) (length & (short) 0xFFF0) + BLOCK);
        Util.arrayFillNonAtomic(data, (short) (off + length), (short) (total - length), (byte) 0);
        data[(short) (off + length)] = (byte) 0x80;
        return total;
    }

    /** ECDH, then {@link #rootFromSharedSecret}; false when the point is none of the curve. */
    boolean agree(Key own, byte[] point, short off) {
        try {
            agreement.init((ECPrivateKey) own);
            agreement.generateSecret(point, off, POINT, s, (short) 0);
        } catch (CryptoException e) {
            return false;
        }
        rootFromSharedSecret();
        return true;
    }

    short sign(ECPrivateKey key, byte[] data, short off, short length, byte[] out, short outOff) {
        ecdsa.init(key, Signature.MODE_SIGN);
        return ecdsa.sign(data, off, length, out, outOff);
    }

    /** False for any malformed signature as well. */
    boolean verify(ECPublicKey key, byte[] data, short off, short length, short signatureLength) {
        if (signatureLength < 8 || signatureLength > 72) {
            return false;
        }
        try {
            ecdsa.init(key, Signature.MODE_VERIFY);
            return ecdsa.verify(data, off, length, data, (short) (off + length), signatureLength);
        } catch (CryptoException e) {
            return false;
        }
    }

    /** Whether the bytes are a point that this card takes as a public key. */
    boolean takes(byte[] point, short off) {
        if (point[off] != 4) {
            return false;
        }
        try {
            foreign.setW(point, off, POINT);
            return true;
        } catch (CryptoException e) {
            return false;
        }
    }
}
