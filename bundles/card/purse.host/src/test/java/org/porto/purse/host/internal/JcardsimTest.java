// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.porto.crypto.api.EcEncodings;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.DebitOrder;
import org.porto.purse.api.LoadOrder;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseStatus;
import org.porto.purse.applet.PurseApplet;

/**
 * The applet on another Java Card implementation (rule P8), in a class loader of its own because both bring javacard.*. No tears
 * here: jCardSim rolls nothing back.
 */
public class JcardsimTest {

    private URLClassLoader loader;
    private Object simulator;
    private Method transmit;
    private Bench bench;

    @Before
    public void card() throws Exception {
        URL own = JcardsimTest.class.getProtectionDomain().getCodeSource().getLocation();
        URL applet = PurseApplet.class.getProtectionDomain().getCodeSource().getLocation();
        URL jcardsim = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(p -> p.contains("jcardsim"))
                .map(Path::of)
                .findFirst()
                .orElseThrow()
                .toUri()
                .toURL();
        loader = new URLClassLoader(new URL[] {own, jcardsim, applet}, ClassLoader.getPlatformClassLoader());
        Class<?> aidClass = loader.loadClass("javacard.framework.AID");
        Object aid = aidClass.getConstructor(byte[].class, short.class, byte.class)
                .newInstance(Bench.AID, (short) 0, (byte) Bench.AID.length);
        Class<?> type = loader.loadClass("com.licel.jcardsim.base.Simulator");
        simulator = type.getConstructor().newInstance();
        byte[] parameters = ByteBuffer.allocate(26)
                .put((byte) Bench.AID.length)
                .put(Bench.AID)
                .put((byte) 0)
                .put((byte) 16)
                .put(Bench.TRANSPORT_KEY)
                .array();
        type.getMethod("installApplet", aidClass, Class.class, byte[].class, short.class, byte.class)
                .invoke(
                        simulator,
                        aid,
                        loader.loadClass(PurseApplet.class.getName()),
                        parameters,
                        (short) 0,
                        (byte) parameters.length);
        transmit = type.getMethod("transmitCommand", byte[].class);
        bench = new Bench();
        bench.card = this::transmit;
    }

    @After
    public void away() throws IOException {
        loader.close();
    }

    private byte[] transmit(byte[] command) {
        try {
            return (byte[]) transmit.invoke(simulator, (Object) command);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    public void wholeLifeOnJcardsim() throws Exception {
        bench.personalise();
        byte[] first;
        try (PurseSession session = bench.certified()) {
            first = session.apply(bench.envelope(bench.recharge(10_000, 0, 1)));
            assertEquals(ApplyReceipt.APPLIED, Bench.receipt(first).result());
            session.apply(bench.envelope(bench.pairing(Bench.METER, 2, 50_000)));
        }
        for (int i = 1; i <= 2; i++) {
            try (PurseSession session = bench.paired()) {
                session.verifyPin(Bench.PIN);
                LoadOrder order = session.prepareLoad(bench.freshTransaction(), Bench.chf(900), Bench.TODAY);
                bench.storeNext(order.nextSecret());
                session.load(order);
                bench.settle(true);
            }
        }
        try (PurseSession session = bench.certified()) {
            byte[] debit =
                    session.debit(new DebitOrder(bench.freshTransaction(), Bench.chf(100), 1, CardDays.of(Bench.TODAY)));
            assertTrue(session.proveDebit(1).isPresent());
            session.undoDebit(1, bench.freshTransaction());
            PurseStatus status = session.status();
            assertEquals(11_800, status.balance());
            assertEquals(10_000, status.controlSum());
            assertEquals(5, session.log().size());
            assertFalse("two signatures share their nonce", Arrays.equals(r(first, ApplyReceipt.BYTES), r(debit, 56)));
        }
    }

    private static byte[] r(byte[] signed, int body) throws Exception {
        return Arrays.copyOf(EcEncodings.rawSignature(Signed.split(signed, body).signature()), 32);
    }
}
