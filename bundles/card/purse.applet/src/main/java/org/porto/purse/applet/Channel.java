// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.AESKey;
import javacardx.crypto.Cipher;

/** Session and secure messaging: encrypt, then MAC over a chaining value, both ways; any failure ends the session. */
final class Channel {

    static final byte NONE = (byte) 0;
    static final byte OPENING = (byte) 1;
    static final byte OPEN = (byte) 2;

    static final byte PAIRED = (byte) 1;
    static final byte CERTIFIED = (byte) 2;
    static final byte ISSUING = (byte) 3;

    static final short STAGE = (short) 0;
    static final short MODE = (short) 1;
    static final short PIN_OK = (short) 2;
    static final short ROLE = (short) 3;
    static final short PEER = (short) 4;
    static final short PAIR = (short) 12;
    static final short COUNTER = (short) 14;
    static final short CHAIN = (short) 18;
    static final short PROOF = (short) 34;
    static final short MAC = (short) 50;
    static final short CONTEXT = (short) 66;
    static final short CONTEXT_LENGTH = (short) 135;
    /** 1 while the ephemeral key is one of this session, for its next load. */
    static final short FRESH = (short) 136;
    /** Version of the issuer's key that certified this session's peer. */
    static final short PEER_KEY_VERSION = (short) 137;
    /** 1 while a key is shown for an order that rolls one over, and that key. */
    static final short SHOWN = (short) 138;
    static final short SHOWN_POINT = (short) 139;
    private static final short BYTES = (short) 204;

    static final short MAC_BYTES = (short) 8;
    private static final short TAG_RESPONSE = (short) 0x99;
    private static final short PLAIN_MAX = (short) 239;

    final byte[] r;
    private final Crypto crypto;
    private final AESKey enc;
    private final AESKey mac;

    Channel(Crypto crypto) {
        this.crypto = crypto;
        r = JCSystem.makeTransientByteArray(BYTES, JCSystem.CLEAR_ON_DESELECT);
        enc = Crypto.aesKey();
        mac = Crypto.aesKey();
    }

    void kill() {
        Util.arrayFillNonAtomic(r, (short) 0, BYTES, (byte) 0);
        if (enc.isInitialized()) {
            enc.clearKey();
        }
        if (mac.isInitialized()) {
            mac.clearKey();
        }
    }

    /** Derives keys and proofs from the root key and the context in r, which is new: counter and chain are zero; leaves the card's proof at out. */
    void keys(byte mode, byte[] out, short outOff) {
        short length = r[CONTEXT_LENGTH];
        crypto.deriveKey(enc, Labels.SESSION_ENC, r, CONTEXT, length);
        crypto.deriveKey(mac, Labels.SESSION_MAC, r, CONTEXT, length);
        crypto.derive(Labels.HOST_PROOF, r, CONTEXT, length, Crypto.BLOCK, r, PROOF);
        crypto.derive(Labels.CARD_PROOF, r, CONTEXT, length, Crypto.BLOCK, out, outOff);
        r[MODE] = mode;
        r[STAGE] = OPENING;
    }

    boolean open() {
        return r[STAGE] == OPEN;
    }

    /** Constant time. */
    boolean proves(byte[] proof, short off) {
        byte difference = (byte) 0;
        for (short i = (short) 0; i < Crypto.BLOCK; i++) {
            difference = (byte) (difference | (byte) (proof[(short) (off + i)] ^ r[(short) (PROOF + i)]));
        }
        return difference == 0;
    }

    void opened() {
        Util.arrayFillNonAtomic(r, PROOF, Crypto.BLOCK, (byte) 0);
        r[STAGE] = OPEN;
    }

    /** Checks and decrypts a command in the buffer, of a session that is open or is opened by it. @return length of the plain data at offset 5 */
    short unwrap(byte[] buffer, short length) {
        short crypt = (short) (length - MAC_BYTES);
        if (r[STAGE] == NONE || crypt < 0 || (short) (crypt & 15) != 0) {
            kill();
            ISOException.throwIt(Status.MESSAGE_WRONG);
        }
        short at = Util.arrayCopyNonAtomic(r, CHAIN, crypto.s, (short) 0, Crypto.BLOCK);
        at = Util.arrayCopyNonAtomic(buffer, (short) 0, crypto.s, at, (short) (5 + crypt));
        crypto.cmac(mac, at, r, CHAIN);
        byte difference = (byte) 0;
        for (short i = (short) 0; i < MAC_BYTES; i++) {
            difference = (byte) (difference | (byte) (r[(short) (CHAIN + i)] ^ buffer[(short) (5 + crypt + i)]));
        }
        if (difference != 0 || Amounts.increment(r, COUNTER) != 0) {
            kill();
            ISOException.throwIt(Status.MESSAGE_WRONG);
        }
        if (crypt == 0) {
            return (short) 0;
        }
        vector((byte) 0);
        crypto.crypt(enc, Cipher.MODE_DECRYPT, r, MAC, buffer, (short) 5, crypt);
        short plain = Crypto.unpadded(buffer, (short) 5, crypt);
        if (plain < 0) {
            kill();
            ISOException.throwIt(Status.MESSAGE_WRONG);
        }
        return plain;
    }

    /** Encrypts a part of out in place and MACs it with the status. @return where it ends in out */
    short wrap(byte[] out, short off, short length, short status) {
        short crypt = (short) 0;
        if (length > PLAIN_MAX) {
            kill();
            ISOException.throwIt(Status.MESSAGE_WRONG);
        }
        if (length > 0) {
            crypt = Crypto.pad(out, off, length);
            vector((byte) 0x80);
            crypto.crypt(enc, Cipher.MODE_ENCRYPT, r, MAC, out, off, crypt);
        }
        short at = Util.arrayCopyNonAtomic(r, CHAIN, crypto.s, (short) 0, Crypto.BLOCK);
        crypto.s[at++] = (byte) TAG_RESPONSE;
        at = Util.setShort(crypto.s, at, status);
        at = Util.arrayCopyNonAtomic(out, off, crypto.s, at, crypt);
        crypto.cmac(mac, at, r, CHAIN);
        short end = Util.setShort(out, (short) (off + crypt), status);
        return Util.arrayCopyNonAtomic(r, CHAIN, out, end, MAC_BYTES);
    }

    /** Initial vector: the message counter encrypted (SP 800-38A appendix C). */
    private void vector(byte direction) {
        Util.arrayFillNonAtomic(r, MAC, Crypto.BLOCK, (byte) 0);
        r[MAC] = direction;
        Util.arrayCopyNonAtomic(r, COUNTER, r, (short) (MAC + 12), (short) 4);
        crypto.encryptBlock(enc, r, MAC);
    }
}
