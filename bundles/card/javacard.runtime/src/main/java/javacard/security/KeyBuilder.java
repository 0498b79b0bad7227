// SPDX-License-Identifier: Apache-2.0
package javacard.security;

import javacard.framework.JCSystem;
import org.porto.javacard.runtime.internal.AesKey;
import org.porto.javacard.runtime.internal.EcPrivate;
import org.porto.javacard.runtime.internal.EcPublic;

/** As in Java Card: AES-128 and keys of P-256. */
public class KeyBuilder {

    public static final byte TYPE_DES_TRANSIENT_RESET = 1;
    public static final byte TYPE_DES_TRANSIENT_DESELECT = 2;
    public static final byte TYPE_DES = 3;
    public static final byte TYPE_RSA_PUBLIC = 4;
    public static final byte TYPE_RSA_PRIVATE = 5;
    public static final byte TYPE_RSA_CRT_PRIVATE = 6;
    public static final byte TYPE_DSA_PUBLIC = 7;
    public static final byte TYPE_DSA_PRIVATE = 8;
    public static final byte TYPE_EC_F2M_PUBLIC = 9;
    public static final byte TYPE_EC_F2M_PRIVATE = 10;
    public static final byte TYPE_EC_FP_PUBLIC = 11;
    public static final byte TYPE_EC_FP_PRIVATE = 12;
    public static final byte TYPE_AES_TRANSIENT_RESET = 13;
    public static final byte TYPE_AES_TRANSIENT_DESELECT = 14;
    public static final byte TYPE_AES = 15;

    public static final short LENGTH_AES_128 = 128;
    public static final short LENGTH_AES_192 = 192;
    public static final short LENGTH_AES_256 = 256;
    public static final short LENGTH_EC_FP_112 = 112;
    public static final short LENGTH_EC_FP_128 = 128;
    public static final short LENGTH_EC_FP_160 = 160;
    public static final short LENGTH_EC_FP_192 = 192;
    public static final short LENGTH_EC_FP_224 = 224;
    public static final short LENGTH_EC_FP_256 = 256;
    public static final short LENGTH_EC_FP_384 = 384;

    private KeyBuilder() {}

    public static Key buildKey(byte keyType, short keyLength, boolean keyEncryption) throws CryptoException {
        if (keyLength == LENGTH_AES_128) {
            switch (keyType) {
                case TYPE_AES:
                    return new AesKey(keyType, JCSystem.NOT_A_TRANSIENT_OBJECT);
                case TYPE_AES_TRANSIENT_RESET:
                    return new AesKey(keyType, JCSystem.CLEAR_ON_RESET);
                case TYPE_AES_TRANSIENT_DESELECT:
                    return new AesKey(keyType, JCSystem.CLEAR_ON_DESELECT);
                default:
                    break;
            }
        } else if (keyLength == LENGTH_EC_FP_256) {
            if (keyType == TYPE_EC_FP_PUBLIC) {
                return new EcPublic();
            } else if (keyType == TYPE_EC_FP_PRIVATE) {
                return new EcPrivate();
            }
        }
        throw new CryptoException(CryptoException.NO_SUCH_ALGORITHM);
    }
}
