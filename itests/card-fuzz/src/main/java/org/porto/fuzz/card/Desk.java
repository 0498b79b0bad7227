// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.function.Consumer;
import org.porto.javacard.runtime.api.CardMachine;

/** A host of the card, made of this proof's own parts: it can make valid messages, and any others. */
final class Desk {

    static final byte[] AID = HexFormat.of().parseHex("F0504F52544F01");
    static final byte[] ISSUER = "ISSUER00".getBytes(StandardCharsets.US_ASCII);

    final CardMachine machine;
    private final Consumer<String> trace;
    private byte[] context;
    private Aes root;
    private Messaging messaging;
    /** What the card last said in its answer to INIT PEER, null when that was not authentic. */
    Messaging.Plain named;
    /** Whether the handle last shown is of the secret that the host has. */
    boolean handle;

    Desk(CardMachine machine, Consumer<String> trace) {
        this.machine = machine;
        this.trace = trace;
    }

    byte[] send(byte[] command) {
        trace.accept("> " + HexFormat.of().formatHex(command));
        byte[] answer = machine.process(command);
        trace.accept("< " + HexFormat.of().formatHex(answer));
        return answer;
    }

    static int status(byte[] answer) {
        return ByteBuffer.wrap(answer).getShort(answer.length - 2) & 0xFFFF;
    }

    void power() {
        trace.accept("power off, on");
        try {
            machine.powerOff();
            machine.powerOn();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    static byte[] apdu(int cla, int ins, int p1, int p2, byte[] data) {
        byte[] head = {(byte) cla, (byte) ins, (byte) p1, (byte) p2};
        return data.length == 0 ? head : Aes.join(head, new byte[] {(byte) data.length}, data, new byte[1]);
    }

    byte[] select() {
        return send(apdu(0, 0xA4, 4, 0, AID));
    }

    /** INIT PAIR. @return the answer; the host is ready for {@link #authenticate}, or for a first command, when it is 9000 */
    byte[] initPair(int mode, byte[] serial, byte[] secret, byte[] nonce) {
        byte[] data = Aes.join(serial, nonce);
        byte[] answer = send(apdu(0x80, 0x50, 0, 0, data));
        if (status(answer) == 0x9000) {
            Finding.unless(answer.length == 42, "answer to INIT PAIR of " + answer.length + " bytes");
            root = new Aes(secret);
            context = Aes.join(new byte[] {(byte) mode}, data, Arrays.copyOf(answer, 24));
            messaging = new Messaging(root, context);
            handle = Arrays.equals(root.derive("PORTO-HNDL", Arrays.copyOfRange(answer, 8, 24), 8), Arrays.copyOf(answer, 8));
        }
        return answer;
    }

    byte[] initPeer(Peer peer, byte[] nonce) {
        byte[] answer = send(apdu(0x80, 0x52, 0, 0, Aes.join(nonce, peer.certificate())));
        if (status(answer) == 0x9000) {
            Finding.unless(answer.length == 253, "answer to INIT PEER of " + answer.length + " bytes");
            byte[] point = Arrays.copyOf(answer, 65);
            root = peer.key().agree(point);
            byte[] hash = Ec.sha256(peer.certificate(), point);
            context = Aes.join(new byte[] {2}, hash, nonce, Arrays.copyOfRange(answer, 65, 81));
            messaging = new Messaging(root, context);
            named = messaging.answer(Arrays.copyOfRange(answer, 97, answer.length));
        }
        return answer;
    }

    byte[] proof() {
        return root.derive("PORTO-HCRY", context, 16);
    }

    byte[] cardProof() {
        return root.derive("PORTO-CCRY", context, 16);
    }

    byte[] authenticate(byte[] proof) {
        return send(apdu(0x80, 0x82, 0, 0, proof));
    }

    byte[] context() {
        return context;
    }

    byte[] wrap(int ins, int p1, int p2, byte[] padded) {
        return messaging.command(0x84, ins, p1, p2, padded);
    }

    Messaging.Plain open(byte[] answer) {
        return messaging.answer(answer);
    }

    Messaging.Plain command(int ins, int p1, byte[] data) {
        return open(send(wrap(ins, p1, 0, data.length == 0 ? data : Aes.pad(data))));
    }
}
