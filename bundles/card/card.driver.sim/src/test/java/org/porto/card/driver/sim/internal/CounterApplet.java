// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.sim.internal;

import java.util.List;
import java.util.concurrent.Semaphore;
import javacard.framework.APDU;
import javacard.framework.Applet;
import javacard.framework.Util;
import org.porto.javacard.runtime.api.AppletCatalogue;
import org.porto.javacard.runtime.api.AppletEntry;

/** Counts in its memory; instruction 2 stops in the middle to be torn. Takes the purse's place. */
public final class CounterApplet extends Applet {

    static final AppletCatalogue CATALOGUE = () -> List.of(new AppletEntry(Drawer.PURSE_AID, CounterApplet.class));
    static final Semaphore REACHED = new Semaphore(0);
    static final Semaphore GO_ON = new Semaphore(0);

    private final byte[] count = new byte[2];
    private final byte[] key = new byte[16];

    public static void install(byte[] bArray, short bOffset, byte bLength) {
        CounterApplet applet = new CounterApplet();
        Util.arrayCopy(bArray, (short) (bOffset + bArray[bOffset] + 3), applet.key, (short) 0, (short) 16);
        applet.register();
    }

    @Override
    public void process(APDU apdu) {
        if (selectingApplet()) {
            return;
        }
        byte[] buffer = apdu.getBuffer();
        switch (buffer[1]) {
            case 1:
                Util.setShort(count, (short) 0, (short) (Util.getShort(count, (short) 0) + 1));
                break;
            case 2:
                REACHED.release();
                GO_ON.acquireUninterruptibly();
                Util.setShort(count, (short) 0, (short) 999);
                break;
            default:
                break;
        }
        Util.arrayCopyNonAtomic(count, (short) 0, buffer, (short) 0, (short) 2);
        apdu.setOutgoingAndSend((short) 0, (short) 2);
    }
}
