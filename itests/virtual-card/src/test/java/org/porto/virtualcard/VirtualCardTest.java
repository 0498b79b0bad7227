// SPDX-License-Identifier: Apache-2.0
package org.porto.virtualcard;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import javacard.security.ECPublicKey;
import javacard.security.KeyBuilder;
import javacard.security.KeyPair;
import javacard.security.Signature;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.Timeout;

/** The card from the reader's side: this test plays vpcd. */
public class VirtualCardTest {

    private static final String SELECT = "00A4040007F0504F52544F01";
    private static final String SELECTED = "6F118407F0504F52544F01A506C00101C101009000";
    private static final String INIT_PAIR = "8050000018" + "4953535545523030" + "11".repeat(16) + "00";
    private static final String AUTHENTICATE = "8082000010" + "22".repeat(16);

    @Rule
    public final Timeout limit = new Timeout(60, TimeUnit.SECONDS);

    private final AtomicReference<Bridge.Fault> fault = new AtomicReference<>();
    private final BlockingQueue<String> events = new LinkedBlockingQueue<>();
    private final Chip chip = new Chip(new byte[16]);
    private ServerSocket vpcd;
    private Socket slot;
    private Bridge bridge;
    private DataInputStream in;
    private DataOutputStream out;

    @Before
    public void insert() throws IOException {
        vpcd = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        plug(Chip.Protocol.T1);
    }

    private void plug(Chip.Protocol protocol) throws IOException {
        chip.protocol(protocol);
        bridge = new Bridge(chip, vpcd.getLocalPort(), fault, events::add);
        slot = vpcd.accept();
        in = new DataInputStream(slot.getInputStream());
        out = new DataOutputStream(slot.getOutputStream());
        send("01");
    }

    @After
    public void remove() throws IOException {
        bridge.close();
        slot.close();
        vpcd.close();
    }

    private void send(String hex) throws IOException {
        byte[] message = HexFormat.of().parseHex(hex);
        out.writeShort(message.length);
        out.write(message);
    }

    private String answer() throws IOException {
        byte[] message = new byte[in.readUnsignedShort()];
        in.readFully(message);
        return HexFormat.of().withUpperCase().formatHex(message);
    }

    private String exchange(String command) throws IOException {
        send(command);
        return answer();
    }

    @Test
    public void saysWhatItIs() throws IOException {
        assertEquals("3B8501504F52544F" + "D2", exchange("04"));
        assertEquals(SELECTED, exchange(SELECT));
        assertEquals("6D00", exchange("80000000"));
        assertEquals("6E00", exchange("90500000"));
        assertEquals("6700", exchange("805000000100"));
        assertEquals("6A86", exchange("8050010018" + "00".repeat(24)));
    }

    @Test
    public void overT0DataIsAskedFor() throws IOException {
        bridge.close();
        plug(Chip.Protocol.T0);
        assertEquals("3B05504F52544F", exchange("04"));
        assertEquals("6113", exchange(SELECT));
        assertEquals(SELECTED, exchange("00C0000013"));
        assertEquals("6700", exchange("805000000100"));
    }

    @Test
    public void keepsItsMemoryWithoutPowerAndLosesItsSession() throws IOException {
        exchange(SELECT);
        String last = "";
        for (int i = 0; i < 200 && !last.equals("6983"); i++) {
            last = exchange(INIT_PAIR);
            if (!last.equals("6983")) {
                assertEquals("6982", exchange(AUTHENTICATE));
            }
        }
        assertEquals("the tries end", "6983", last);
        bridge.close();
        plug(Chip.Protocol.T1);
        exchange(SELECT);
        assertEquals("6983", exchange(INIT_PAIR));
    }

    @Test
    public void aResetEndsTheSession() throws IOException {
        exchange(SELECT);
        assertEquals(84, exchange(INIT_PAIR).length());
        send("02");
        exchange(SELECT);
        assertEquals("6985", exchange(AUTHENTICATE));
    }

    @Test
    public void isPulledBeforeAndAfterACommand() throws IOException, InterruptedException {
        exchange(SELECT);
        fault.set(new Bridge.Fault(Bridge.Kind.PULL_BEFORE, 0x50));
        assertEquals("6D00", exchange("80000000"));
        assertThrows(EOFException.class, () -> exchange(INIT_PAIR));
        assertEquals("fault PULL_BEFORE", events.take());
        bridge.close();
        plug(Chip.Protocol.T1);
        exchange(SELECT);
        fault.set(new Bridge.Fault(Bridge.Kind.PULL_AFTER, 0x50));
        assertThrows(EOFException.class, () -> exchange(INIT_PAIR));
        assertEquals("fault PULL_AFTER", events.take());
        assertEquals(2, bridge.commands());
    }

    @Test
    public void fallsSilent() throws IOException, InterruptedException {
        exchange(SELECT);
        fault.set(new Bridge.Fault(Bridge.Kind.MUTE, 0x50));
        slot.setSoTimeout(200);
        assertThrows(SocketTimeoutException.class, () -> exchange(INIT_PAIR));
        assertEquals("fault MUTE", events.take());
    }

    /** jCardSim's own generators would make these equal. */
    @Test
    public void chanceIsReal() throws IOException {
        exchange(SELECT);
        String first = exchange(INIT_PAIR);
        Chip other = new Chip(new byte[16]);
        other.process(HexFormat.of().parseHex(SELECT));
        String second = HexFormat.of().withUpperCase().formatHex(other.process(HexFormat.of().parseHex(INIT_PAIR)));
        assertFalse("nonces", first.substring(16, 48).equals(second.substring(16, 48)));
        assertFalse("same secret, a handle of the nonce", first.substring(0, 16).equals(second.substring(0, 16)));

        KeyPair one = new KeyPair(KeyPair.ALG_EC_FP, KeyBuilder.LENGTH_EC_FP_256);
        KeyPair two = new KeyPair(KeyPair.ALG_EC_FP, KeyBuilder.LENGTH_EC_FP_256);
        one.genKeyPair();
        two.genKeyPair();
        assertFalse("key pairs", Arrays.equals(point(one), point(two)));
        assertFalse("nonces of two signatures", Arrays.equals(r(one, (byte) 1), r(one, (byte) 2)));
    }

    private static byte[] point(KeyPair pair) {
        byte[] point = new byte[65];
        ((ECPublicKey) pair.getPublic()).getW(point, (short) 0);
        return point;
    }

    /** The first half of the signature, DER: 30 L 02 l r. */
    private static byte[] r(KeyPair pair, byte message) {
        Signature signer = Signature.getInstance(Signature.ALG_ECDSA_SHA_256, false);
        signer.init(pair.getPrivate(), Signature.MODE_SIGN);
        byte[] signature = new byte[80];
        signer.sign(new byte[] {message}, (short) 0, (short) 1, signature, (short) 0);
        return Arrays.copyOfRange(signature, 4, 4 + signature[3]);
    }
}
