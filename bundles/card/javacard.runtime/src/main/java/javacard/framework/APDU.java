// SPDX-License-Identifier: Apache-2.0
package javacard.framework;

import org.porto.javacard.runtime.internal.Card;
import org.porto.javacard.runtime.internal.Dialogue;

/** As in Java Card: one command and its response; short lengths, protocol T=1. */
public final class APDU {

    public static final byte STATE_INITIAL = 0;
    public static final byte STATE_PARTIAL_INCOMING = 1;
    public static final byte STATE_FULL_INCOMING = 2;
    public static final byte STATE_OUTGOING = 3;
    public static final byte STATE_OUTGOING_LENGTH_KNOWN = 4;
    public static final byte STATE_PARTIAL_OUTGOING = 5;
    public static final byte STATE_FULL_OUTGOING = 6;
    public static final byte STATE_ERROR_NO_T0_GETRESPONSE = -1;
    public static final byte STATE_ERROR_T1_IFD_ABORT = -2;
    public static final byte STATE_ERROR_IO = -3;
    public static final byte STATE_ERROR_NO_T0_REISSUE = -4;
    public static final byte PROTOCOL_MEDIA_MASK = (byte) 0xF0;
    public static final byte PROTOCOL_TYPE_MASK = 0x0F;
    public static final byte PROTOCOL_T0 = 0;
    public static final byte PROTOCOL_T1 = 1;
    public static final byte PROTOCOL_MEDIA_DEFAULT = 0;

    private static final short BLOCK_BYTES = 254;
    private static final int LENGTH_MAX = 256;

    private final Dialogue dialogue;
    private byte state = STATE_INITIAL;
    private int outgoing;

    APDU(Dialogue dialogue) {
        this.dialogue = dialogue;
    }

    public byte[] getBuffer() {
        return dialogue.buffer();
    }

    public static short getInBlockSize() {
        return BLOCK_BYTES;
    }

    public static short getOutBlockSize() {
        return BLOCK_BYTES;
    }

    public static byte getProtocol() {
        return PROTOCOL_T1;
    }

    public byte getNAD() {
        return 0;
    }

    public byte getCurrentState() {
        return state;
    }

    public static APDU getCurrentAPDU() throws SecurityException {
        return Card.current().apdu();
    }

    public static byte[] getCurrentAPDUBuffer() throws SecurityException {
        return Card.current().apdu().getBuffer();
    }

    public static byte getCLAChannel() {
        return 0;
    }

    public static void waitExtension() throws APDUException {}

    public boolean isCommandChainingCLA() {
        return (getBuffer()[ISO7816.OFFSET_CLA] & 0x90) == 0x10;
    }

    public boolean isSecureMessagingCLA() {
        byte cla = getBuffer()[ISO7816.OFFSET_CLA];
        return (cla & 0x40) == 0 ? (cla & 0x0C) != 0 : (cla & 0x20) != 0;
    }

    public boolean isISOInterindustryCLA() {
        return (getBuffer()[ISO7816.OFFSET_CLA] & 0x80) == 0;
    }

    public boolean isValidCLA() {
        return getBuffer()[ISO7816.OFFSET_CLA] != (byte) 0xFF;
    }

    public short setIncomingAndReceive() throws APDUException {
        require(state == STATE_INITIAL, APDUException.ILLEGAL_USE);
        state = STATE_FULL_INCOMING;
        dialogue.receive();
        return (short) dialogue.incoming();
    }

    public short receiveBytes(short bOff) throws APDUException {
        require(state == STATE_FULL_INCOMING, APDUException.ILLEGAL_USE);
        return 0;
    }

    public short getIncomingLength() {
        require(state == STATE_FULL_INCOMING, APDUException.ILLEGAL_USE);
        return (short) dialogue.incoming();
    }

    public short getOffsetCdata() {
        require(state == STATE_FULL_INCOMING, APDUException.ILLEGAL_USE);
        return ISO7816.OFFSET_CDATA;
    }

    public short setOutgoing() throws APDUException {
        require(state <= STATE_FULL_INCOMING, APDUException.ILLEGAL_USE);
        state = STATE_OUTGOING;
        return (short) dialogue.expected();
    }

    public short setOutgoingNoChaining() throws APDUException {
        return setOutgoing();
    }

    public void setOutgoingLength(short len) throws APDUException {
        require(state == STATE_OUTGOING, APDUException.ILLEGAL_USE);
        require(len >= 0 && len <= LENGTH_MAX, APDUException.BAD_LENGTH);
        outgoing = len;
        state = STATE_OUTGOING_LENGTH_KNOWN;
    }

    public void sendBytes(short bOff, short len) throws APDUException {
        require(bOff >= 0 && len >= 0 && bOff + len <= getBuffer().length, APDUException.BUFFER_BOUNDS);
        send(getBuffer(), bOff, len);
    }

    public void sendBytesLong(byte[] outData, short bOff, short len) throws APDUException, SecurityException {
        require(bOff >= 0 && len >= 0 && bOff + len <= outData.length, APDUException.BUFFER_BOUNDS);
        send(outData, bOff, len);
    }

    private void send(byte[] data, short offset, short length) {
        require(state == STATE_OUTGOING_LENGTH_KNOWN || state == STATE_PARTIAL_OUTGOING, APDUException.ILLEGAL_USE);
        require(dialogue.sent() + length <= outgoing, APDUException.ILLEGAL_USE);
        dialogue.send(data, offset, length);
        state = dialogue.sent() == outgoing ? STATE_FULL_OUTGOING : STATE_PARTIAL_OUTGOING;
    }

    public void setOutgoingAndSend(short bOff, short len) throws APDUException {
        setOutgoing();
        setOutgoingLength(len);
        sendBytes(bOff, len);
    }

    private static void require(boolean condition, short reason) {
        if (!condition) {
            APDUException.throwIt(reason);
        }
    }
}
