// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.applet;

import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.CardRuntimeException;
import javacard.framework.ISO7816;
import javacard.framework.ISOException;
import javacard.framework.JCSystem;
import javacard.framework.Util;
import javacard.security.ECPrivateKey;
import javacard.security.ECPublicKey;
import javacard.security.KeyPair;

/**
 * The purse. Commands and their durability are in docs/card.md, keys in docs/protocol/card-session.md. All objects
 * are made by the constructor; persistent memory changes only through Util, keys and the PIN object.
 */
public final class PurseApplet extends Applet {

    private static final byte VERSION = (byte) 1;
    private static final byte CLA_PLAIN = (byte) 0x80;
    private static final byte CLA_SECURE = (byte) 0x84;

    private static final byte INS_INIT_PAIR = (byte) 0x50;
    private static final byte INS_INIT_PEER = (byte) 0x52;
    private static final byte INS_AUTHENTICATE = (byte) 0x82;
    private static final byte INS_CERTIFICATE = (byte) 0xCA;
    private static final byte INS_VERIFY = (byte) 0x20;
    private static final byte INS_CHANGE = (byte) 0x24;
    private static final byte INS_STATUS = (byte) 0xF2;
    private static final byte INS_PAIR_STATE = (byte) 0xF4;
    private static final byte INS_LOG = (byte) 0xB2;
    private static final byte INS_LOAD = (byte) 0x40;
    private static final byte INS_DEBIT = (byte) 0x54;
    private static final byte INS_PROVE = (byte) 0x56;
    private static final byte INS_UNDO = (byte) 0x58;
    private static final byte INS_APPLY = (byte) 0x5A;
    private static final byte INS_SHOW_KEY = (byte) 0xD8;
    private static final byte INS_GENERATE = (byte) 0x46;
    private static final byte INS_STORE = (byte) 0xDA;
    private static final byte INS_COMPLETE = (byte) 0x5C;

    private static final short DATA = (short) ISO7816.OFFSET_CDATA;
    private static final short CERTIFICATE_BYTES = (short) 78;
    private static final short PROFILE_BYTES = (short) 28;
    private static final short O_BYTES = (short) 256;
    /** Of the answer to INIT PEER, before the proof: point and nonce. */
    private static final short PEER_ANSWER = (short) 81;
    // what is stored, in Memory.STORED
    private static final byte HAS_KEY = (byte) 0x01;
    private static final byte HAS_ALL = (byte) 0x3F;

    private final byte[] o;
    private final Crypto crypto;
    private final Memory memory;
    private final Channel channel;
    private final Values values;
    private final Orders orders;
    private final ECPrivateKey ephemeralPrivate;
    private final ECPublicKey ephemeralPublic;
    private final KeyPair ephemeral;

    private PurseApplet() {
        o = JCSystem.makeTransientByteArray(O_BYTES, JCSystem.CLEAR_ON_DESELECT);
        crypto = new Crypto();
        memory = new Memory();
        channel = new Channel(crypto);
        orders = new Orders(crypto, memory, channel, o);
        ephemeralPrivate = Crypto.privateKey();
        ephemeralPublic = Crypto.publicKey();
        ephemeral = new KeyPair(ephemeralPublic, ephemeralPrivate);
        values = new Values(crypto, memory, channel, o, ephemeralPrivate);
    }

    /** Parameters: length AID, length 00, length and the transport key of 16 bytes. */
    public static void install(byte[] parameters, short offset, byte length) {
        PurseApplet applet = new PurseApplet();
        short at = (short) (offset + 1 + (short) (parameters[offset] & 0xFF));
        at = (short) (at + 1 + (short) (parameters[at] & 0xFF));
        short bytes = (short) (parameters[at] & 0xFF);
        if (bytes != Crypto.BLOCK || (short) (at + 1 + bytes) > (short) (offset + (short) (length & 0xFF))) {
            ISOException.throwIt(Status.LENGTH_WRONG);
        }
        Util.arrayCopy(parameters, (short) (at + 1), applet.memory.m, Memory.TRANSPORT_KEY, Crypto.BLOCK);
        applet.register();
    }

    @Override
    public boolean select() {
        channel.kill();
        return true;
    }

    @Override
    public void deselect() {
        channel.kill();
    }

    @Override
    public void process(APDU apdu) {
        byte[] buffer = apdu.getBuffer();
        if (selectingApplet()) {
            send(apdu, selected());
            return;
        }
        byte cla = buffer[ISO7816.OFFSET_CLA];
        if (cla != CLA_SECURE && (channel.open() || buffer[ISO7816.OFFSET_INS] != INS_AUTHENTICATE)) {
            // Nothing in clear belongs into a session, nor between its first command and what it begins with.
            channel.kill();
        }
        if (cla != CLA_PLAIN && cla != CLA_SECURE) {
            ISOException.throwIt(Status.CLA_WRONG);
        }
        short length = receive(apdu, buffer);
        if (cla == CLA_PLAIN) {
            send(apdu, plain(buffer, length));
        } else {
            send(apdu, secure(buffer, length));
        }
    }

    private static short receive(APDU apdu, byte[] buffer) {
        short received = apdu.setIncomingAndReceive();
        short length = apdu.getIncomingLength();
        while (received < length) {
            received = (short) (received + apdu.receiveBytes((short) (DATA + received)));
        }
        return length;
    }

    private void send(APDU apdu, short length) {
        Util.arrayCopyNonAtomic(o, (short) 0, apdu.getBuffer(), (short) 0, length);
        apdu.setOutgoingAndSend((short) 0, length);
    }

    /** Nothing in it tells one card from another. */
    private short selected() {
        o[0] = (byte) 0x6F;
        o[1] = (byte) 17;
        o[2] = (byte) 0x84;
        byte length = JCSystem.getAID().getBytes(o, (short) 4);
        o[3] = length;
        short at = (short) (4 + length);
        o[at++] = (byte) 0xA5;
        o[at++] = (byte) 6;
        o[at++] = (byte) 0xC0;
        o[at++] = (byte) 1;
        o[at++] = VERSION;
        o[at++] = (byte) 0xC1;
        o[at++] = (byte) 1;
        o[at++] = memory.m[Memory.STATE];
        o[1] = (byte) (at - 2);
        return at;
    }

    private short plain(byte[] buffer, short length) {
        byte instruction = buffer[ISO7816.OFFSET_INS];
        if (instruction != INS_INIT_PAIR && instruction != INS_INIT_PEER && instruction != INS_AUTHENTICATE) {
            ISOException.throwIt(Status.INS_WRONG);
        }
        noParameters(buffer);
        switch (instruction) {
            case INS_INIT_PAIR:
                return initPair(buffer, length);
            case INS_INIT_PEER:
                return initPeer(buffer, length);
            default:
                return authenticate(buffer, length);
        }
    }

    private static void noParameters(byte[] buffer) {
        if (Util.getShort(buffer, ISO7816.OFFSET_P1) != 0) {
            ISOException.throwIt(Status.P1P2_WRONG);
        }
    }

    private static void exactly(short length, short wanted) {
        if (length != wanted) {
            ISOException.throwIt(Status.LENGTH_WRONG);
        }
    }

    /**
     * Data: meter serial 8, nonce 16. Answer: handle 8, nonce 16, proof 16. The handle is new each time, and a card that does not know the
     * meter answers all the same, under a secret of the moment: what is in clear neither links two meetings nor tells the card's meters.
     */
    private short initPair(byte[] buffer, short length) {
        exactly(length, (short) 24);
        channel.kill();
        byte[] m = memory.m;
        byte[] r = channel.r;
        if (m[Memory.RECOGNITION_LEFT] == 0) {
            ISOException.throwIt(Status.BLOCKED);
        }
        byte mode = Channel.PAIRED;
        if (m[Memory.STATE] == Memory.BLANK) {
            if (Util.arrayCompare(buffer, DATA, Labels.ISSUER, (short) 0, (short) 8) != 0) {
                ISOException.throwIt(Status.CONDITIONS);
            }
            mode = Channel.ISSUING;
            crypto.root(m, Memory.TRANSPORT_KEY);
        } else {
            short pair = memory.pair(buffer, DATA);
            crypto.random(o, (short) 0, Crypto.BLOCK);
            if (pair < 0) {
                crypto.root(o, (short) 0);
            } else {
                crypto.root(m, (short) (pair + Memory.PAIR_SECRET));
            }
            Util.setShort(r, Channel.PAIR, pair);
        }
        crypto.random(o, (short) 8, Crypto.BLOCK);
        crypto.derive(Labels.HANDLE, o, (short) 8, Crypto.BLOCK, (short) 8, o, (short) 0);
        r[Channel.CONTEXT] = mode;
        short at = Util.arrayCopyNonAtomic(buffer, DATA, r, (short) (Channel.CONTEXT + 1), (short) 24);
        Util.arrayCopyNonAtomic(o, (short) 0, r, at, (short) 24);
        r[Channel.CONTEXT_LENGTH] = (byte) 49;
        r[Channel.ROLE] = (byte) 2;
        Util.arrayCopyNonAtomic(buffer, DATA, r, Channel.PEER, (short) 8);
        channel.keys(mode, o, (short) 24);
        crypto.forgetRoot();
        return (short) 40;
    }

    /**
     * Data: nonce 16, certificate 78, signature. Answer: ephemeral point 65, nonce 16, proof 16, and under secure messaging, readable to
     * the holder of the certified key only: who the card is (status 69) and that it has its key (signature over this session's context).
     */
    private short initPeer(byte[] buffer, short length) {
        if (length < (short) (16 + CERTIFICATE_BYTES + 8) || length > (short) (16 + CERTIFICATE_BYTES + 72)) {
            ISOException.throwIt(Status.LENGTH_WRONG);
        }
        channel.kill();
        byte[] r = channel.r;
        short body = (short) (DATA + 16);
        short certified = (short) (length - 16);
        byte role = buffer[(short) (body + 1)];
        if (memory.m[Memory.STATE] == Memory.BLANK) {
            ISOException.throwIt(Status.CONDITIONS);
        }
        if (buffer[body] != 1 || (role != 2 && role != 3) || buffer[(short) (body + 10)] != 4) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        byte version = buffer[(short) (body + 77)];
        if (!memory.hasIssuer(version)) {
            ISOException.throwIt(Status.REFERENCE_ABSENT);
        }
        if (!crypto.verify(memory.issuer(version), buffer, body, CERTIFICATE_BYTES, (short) (certified - CERTIFICATE_BYTES))) {
            ISOException.throwIt(Status.SECURITY);
        }
        Crypto.domain(ephemeralPrivate);
        ephemeral.genKeyPair();
        ephemeralPublic.getW(o, (short) 0);
        crypto.random(o, Crypto.POINT, Crypto.BLOCK);
        short at = Util.arrayCopyNonAtomic(buffer, body, crypto.s, (short) 0, certified);
        at = Util.arrayCopyNonAtomic(o, (short) 0, crypto.s, at, Crypto.POINT);
        r[Channel.CONTEXT] = Channel.CERTIFIED;
        crypto.sha256(crypto.s, (short) 0, at, r, (short) (Channel.CONTEXT + 1));
        at = Util.arrayCopyNonAtomic(buffer, DATA, r, (short) (Channel.CONTEXT + 33), Crypto.BLOCK);
        Util.arrayCopyNonAtomic(o, Crypto.POINT, r, at, Crypto.BLOCK);
        r[Channel.CONTEXT_LENGTH] = (byte) 65;
        r[Channel.ROLE] = role;
        r[Channel.PEER_KEY_VERSION] = version;
        Util.arrayCopyNonAtomic(buffer, (short) (body + 2), r, Channel.PEER, (short) 8);
        if (!crypto.agree(ephemeralPrivate, buffer, (short) (body + 10))) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        ephemeralPrivate.clearKey();
        channel.keys(Channel.CERTIFIED, o, PEER_ANSWER);
        crypto.forgetRoot();
        short shown = (short) (PEER_ANSWER + Crypto.BLOCK);
        at = status(shown);
        at = (short) (at + proveKey(at));
        return channel.wrap(o, shown, (short) (at - shown), Status.OK);
    }

    /** Data: proof 16. */
    private short authenticate(byte[] buffer, short length) {
        if (channel.r[Channel.STAGE] != Channel.OPENING) {
            ISOException.throwIt(Status.CONDITIONS);
        }
        if (length != Crypto.BLOCK) {
            channel.kill();
            ISOException.throwIt(Status.LENGTH_WRONG);
        }
        takeTry();
        if (!channel.proves(buffer, DATA)) {
            channel.kill();
            ISOException.throwIt(Status.SECURITY);
        }
        recognised();
        return (short) 0;
    }

    /**
     * Recognition by a secret counts its tries, written before the compare (rule P4). Recognition by certificates counts none: through it
     * comes the order that unblocks, and its proof is not for guessing.
     */
    private void takeTry() {
        if (channel.r[Channel.MODE] == Channel.CERTIFIED) {
            return;
        }
        byte left = memory.m[Memory.RECOGNITION_LEFT];
        if (left == 0) {
            channel.kill();
            ISOException.throwIt(Status.BLOCKED);
        }
        memory.putNow(Memory.RECOGNITION_LEFT, (byte) (left - 1));
    }

    private void recognised() {
        if (channel.r[Channel.MODE] != Channel.CERTIFIED) {
            memory.put(Memory.RECOGNITION_LEFT, memory.m[Memory.RECOGNITION_MAX]);
        }
        channel.opened();
    }

    /** The first command may come without AUTHENTICATE: its MAC is the peer's proof, and is counted like it. */
    private short secure(byte[] buffer, short length) {
        boolean first = channel.r[Channel.STAGE] == Channel.OPENING;
        if (first) {
            takeTry();
        }
        short plain = channel.unwrap(buffer, length);
        if (first) {
            recognised();
        }
        short status = Status.OK;
        short answered = (short) 0;
        try {
            answered = command(buffer, plain);
        } catch (ISOException e) {
            status = e.getReason();
        } catch (CardRuntimeException e) {
            // A fault of the card, not an answer: nothing goes on in this session.
            channel.kill();
            throw e;
        }
        return channel.wrap(o, (short) 0, answered, status);
    }

    private short command(byte[] buffer, short length) {
        byte instruction = buffer[ISO7816.OFFSET_INS];
        boolean issuing = channel.r[Channel.MODE] == Channel.ISSUING;
        boolean known = issuing ? issues(instruction) : serves(instruction);
        if (!known) {
            ISOException.throwIt(issues(instruction) || serves(instruction) ? Status.CONDITIONS : Status.INS_WRONG);
        }
        if (instruction != INS_LOG && instruction != INS_STORE) {
            noParameters(buffer);
        }
        switch (instruction) {
            case INS_LOAD:
                return values.load(buffer, DATA, length);
            case INS_DEBIT:
                return values.debit(buffer, DATA, length);
            case INS_PROVE:
                return values.prove(buffer, DATA, length);
            case INS_UNDO:
                return values.undo(buffer, DATA, length);
            case INS_APPLY:
                return orders.apply(buffer, DATA, length);
            case INS_VERIFY:
                exactly(length, (short) 8);
                verify(buffer, DATA);
                return (short) 0;
            case INS_CHANGE:
                return change(buffer, length);
            case INS_SHOW_KEY:
                exactly(length, Crypto.POINT);
                return showKey(buffer);
            case INS_LOG:
                return log(buffer, length);
            case INS_STORE:
                return store(buffer, length);
            default:
                exactly(length, (short) 0);
                return read(instruction);
        }
    }

    private short read(byte instruction) {
        switch (instruction) {
            case INS_CERTIFICATE:
                short bytes = (short) (memory.m[Memory.CERTIFICATE_LENGTH] & 0xFF);
                return Util.arrayCopyNonAtomic(memory.m, Memory.CERTIFICATE, o, (short) 0, bytes);
            case INS_STATUS:
                return status((short) 0);
            case INS_PAIR_STATE:
                return pairState();
            case INS_GENERATE:
                return generate();
            default:
                return complete();
        }
    }

    /**
     * All that a meter asks before a load, in one answer: status, pairing, and the point that this session's next load agrees over;
     * that is made once and used up by the load (rule T4).
     */
    private short pairState() {
        short pair = values.pair();
        short at = Util.arrayCopyNonAtomic(memory.m, (short) (pair + Memory.PAIR_TRANSFERS), o, status((short) 0), (short) 28);
        if (channel.r[Channel.FRESH] != 1) {
            Crypto.domain(ephemeralPrivate);
            ephemeral.genKeyPair();
            channel.r[Channel.FRESH] = (byte) 1;
        }
        return (short) (at + ephemeralPublic.getW(o, at));
    }

    private static boolean issues(byte instruction) {
        return instruction == INS_GENERATE || instruction == INS_STORE || instruction == INS_COMPLETE;
    }

    private static boolean serves(byte instruction) {
        switch (instruction) {
            case INS_CERTIFICATE:
            case INS_VERIFY:
            case INS_CHANGE:
            case INS_STATUS:
            case INS_PAIR_STATE:
            case INS_LOG:
            case INS_LOAD:
            case INS_DEBIT:
            case INS_PROVE:
            case INS_UNDO:
            case INS_APPLY:
            case INS_SHOW_KEY:
                return true;
            default:
                return false;
        }
    }

    /** Signature over a label and the context of this session, to o: the card has the key of its certificate. @return its length */
    private short proveKey(short to) {
        short length = (short) (channel.r[Channel.CONTEXT_LENGTH] & 0xFF);
        short at = Util.arrayCopyNonAtomic(Labels.INTERNAL, (short) 0, crypto.s, (short) 0, Crypto.LABEL);
        at = Util.arrayCopyNonAtomic(channel.r, Channel.CONTEXT, crypto.s, at, length);
        return crypto.sign(memory.ownPrivate, crypto.s, (short) 0, at, o, to);
    }

    /** @return where it ends in o */
    private short status(short to) {
        byte[] m = memory.m;
        short at = Util.arrayCopyNonAtomic(m, Memory.CARD_ID, o, to, (short) 8);
        o[at++] = m[Memory.STATE];
        at = Util.arrayCopyNonAtomic(m, Memory.CURRENCY, o, at, (short) 2);
        at = Util.arrayCopyNonAtomic(m, Memory.REGISTERS, o, at, (short) 32);
        at = Util.arrayCopyNonAtomic(m, Memory.BALANCE_MAX, o, at, (short) 16);
        o[at++] = m[Memory.PIN_LEFT];
        o[at++] = m[Memory.RECOGNITION_LEFT];
        at = Util.arrayCopyNonAtomic(m, (short) (Memory.REGISTERS + Memory.COUNTER), o, at, (short) 4);
        return Util.arrayCopyNonAtomic(m, Memory.STATUS_SEQUENCE, o, at, (short) 4);
    }

    /** The try is counted before the compare and outside any transaction (rule P4). */
    private void verify(byte[] buffer, short off) {
        byte[] m = memory.m;
        byte left = m[Memory.PIN_LEFT];
        channel.r[Channel.PIN_OK] = (byte) 0;
        if (left == 0) {
            ISOException.throwIt(Status.BLOCKED);
        }
        left = (byte) (left - 1);
        memory.putNow(Memory.PIN_LEFT, left);
        if (!memory.pin.check(buffer, off, (byte) 8)) {
            ISOException.throwIt(left == 0 ? Status.BLOCKED : (short) (Status.PIN_WRONG | left));
        }
        memory.put(Memory.PIN_LEFT, m[Memory.PIN_MAX]);
        channel.r[Channel.PIN_OK] = (byte) 1;
    }

    private static boolean isPin(byte[] data, short off) {
        for (short i = (short) 0; i < (short) 8; i++) {
            byte digit = data[(short) (off + i)];
            boolean filler = i >= (short) 4 && digit == (byte) 0xFF;
            boolean afterFiller = i > (short) 4 && data[(short) (off + i - 1)] == (byte) 0xFF;
            if (!filler && (digit < (byte) 0x30 || digit > (byte) 0x39 || afterFiller)) {
                return false;
            }
        }
        return true;
    }

    private short change(byte[] buffer, short length) {
        exactly(length, (short) 16);
        if (!isPin(buffer, (short) (DATA + 8))) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        verify(buffer, DATA);
        memory.pin.update(buffer, (short) (DATA + 8), (byte) 8);
        return (short) 0;
    }

    /** P1: 0 loads and recharges, 1 debits. P2: 0 for the newest. */
    private short log(byte[] buffer, short length) {
        exactly(length, (short) 0);
        short log = (short) (buffer[ISO7816.OFFSET_P1] & 0xFF);
        short age = (short) (buffer[ISO7816.OFFSET_P2] & 0xFF);
        if (log > (short) 1 || age >= Memory.LOG_COUNT) {
            ISOException.throwIt(Status.P1P2_WRONG);
        }
        if (age >= memory.lines(log)) {
            ISOException.throwIt(Status.RECORD_ABSENT);
        }
        return Util.arrayCopyNonAtomic(memory.m, memory.line(log, age), o, (short) 0, Memory.LINE_BYTES);
    }

    /** Keeps a public key for an order of this session that names it by its hash: an envelope has no room for both. */
    private short showKey(byte[] buffer) {
        channel.r[Channel.SHOWN] = (byte) 0;
        if (!crypto.takes(buffer, DATA)) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        Util.arrayCopyNonAtomic(buffer, DATA, channel.r, Channel.SHOWN_POINT, Crypto.POINT);
        channel.r[Channel.SHOWN] = (byte) 1;
        return (short) 0;
    }

    private void stored(byte item) {
        memory.put(Memory.STORED, (byte) (memory.m[Memory.STORED] | item));
    }

    private short generate() {
        if ((byte) (memory.m[Memory.STORED] & HAS_KEY) == 0) {
            Crypto.domain(memory.ownPrivate);
            memory.own.genKeyPair();
            stored(HAS_KEY);
        }
        return memory.ownPublic.getW(o, (short) 0);
    }

    /** P1 names the item; each may be stored again until the card is complete. */
    private short store(byte[] buffer, short length) {
        byte[] m = memory.m;
        byte item = buffer[ISO7816.OFFSET_P1];
        if (buffer[ISO7816.OFFSET_P2] != 0) {
            ISOException.throwIt(Status.P1P2_WRONG);
        }
        switch (item) {
            case 1:
                exactly(length, PROFILE_BYTES);
                profile(buffer);
                break;
            case 2:
                if (length < (short) (CERTIFICATE_BYTES + 8) || length > (short) (CERTIFICATE_BYTES + 72)) {
                    ISOException.throwIt(Status.LENGTH_WRONG);
                }
                Util.arrayCopy(buffer, DATA, m, Memory.CERTIFICATE, length);
                memory.put(Memory.CERTIFICATE_LENGTH, (byte) length);
                break;
            case 3:
                key(Memory.DC_KEY_VERSION, buffer, length);
                break;
            case 4:
                key(Memory.ISSUER_KEY_VERSION, buffer, length);
                break;
            case 5:
                exactly(length, (short) 8);
                if (!isPin(buffer, DATA)) {
                    ISOException.throwIt(Status.DATA_WRONG);
                }
                memory.pin.update(buffer, DATA, (byte) 8);
                break;
            default:
                ISOException.throwIt(Status.P1P2_WRONG);
        }
        stored((byte) (1 << item));
        return (short) 0;
    }

    /** Card id 8, currency 2, most balance 8, most per transaction 8, PIN tries 1, recognition tries 1. */
    private void profile(byte[] buffer) {
        byte pinTries = buffer[(short) (DATA + 26)];
        byte recognitionTries = buffer[(short) (DATA + 27)];
        if (pinTries < 1
                || pinTries > 15
                || recognitionTries < 1
                || buffer[(short) (DATA + 10)] < 0
                || buffer[(short) (DATA + 18)] < 0) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        Util.arrayCopy(buffer, DATA, memory.m, Memory.CARD_ID, (short) 26);
        memory.put(Memory.PIN_MAX, pinTries);
        memory.put(Memory.PIN_LEFT, pinTries);
        memory.put(Memory.RECOGNITION_MAX, recognitionTries);
        memory.put(Memory.RECOGNITION_LEFT, recognitionTries);
    }

    private void key(short version, byte[] buffer, short length) {
        exactly(length, (short) (1 + Crypto.POINT));
        if (buffer[DATA] == 0 || !crypto.takes(buffer, (short) (DATA + 1))) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        memory.only(version).setW(buffer, (short) (DATA + 1), Crypto.POINT);
        memory.put(version, buffer[DATA]);
    }

    /** The card goes into service, and its transport key goes, in one transaction; only with a certificate that is its own. */
    private short complete() {
        byte[] m = memory.m;
        if (m[Memory.STORED] != HAS_ALL) {
            ISOException.throwIt(Status.CONDITIONS);
        }
        short bytes = (short) (m[Memory.CERTIFICATE_LENGTH] & 0xFF);
        Util.arrayCopyNonAtomic(m, Memory.CERTIFICATE, o, (short) 0, bytes);
        memory.ownPublic.getW(o, (short) 160);
        if (o[0] != 1
                || o[1] != 1
                || Util.arrayCompare(o, (short) 2, m, Memory.CARD_ID, (short) 8) != 0
                || Util.arrayCompare(o, (short) 10, o, (short) 160, Crypto.POINT) != 0
                || o[77] != m[Memory.ISSUER_KEY_VERSION]
                || !crypto.verify(
                        memory.issuer(o[77]), o, (short) 0, CERTIFICATE_BYTES, (short) (bytes - CERTIFICATE_BYTES))) {
            ISOException.throwIt(Status.DATA_WRONG);
        }
        JCSystem.beginTransaction();
        Util.arrayFillNonAtomic(crypto.s, (short) 0, Crypto.BLOCK, (byte) 0);
        Util.arrayCopy(crypto.s, (short) 0, m, Memory.TRANSPORT_KEY, Crypto.BLOCK);
        memory.put(Memory.STATE, Memory.OPERATIONAL);
        JCSystem.commitTransaction();
        return (short) 0;
    }
}
