// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import java.lang.reflect.Field;
import java.lang.reflect.InaccessibleObjectException;
import java.security.NoSuchAlgorithmException;
import java.util.List;
import java.util.Map;
import javax.smartcardio.CardException;
import javax.smartcardio.CardTerminal;
import javax.smartcardio.TerminalFactory;
import org.porto.card.spi.ReaderException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JDK's provider. {@code TerminalFactory.getDefault()} is not used: it settles for "None" for the whole life of the virtual
 * machine when the service is not there at the first call.
 */
final class JdkStack implements Stack {

    private static final Logger LOG = LoggerFactory.getLogger(JdkStack.class);
    private static final String PROVIDER_CLASS = "sun.security.smartcardio.PCSCTerminals";

    private boolean toldOfClosedModule;

    @Override
    public List<CardTerminal> terminals() throws ReaderException {
        try {
            return TerminalFactory.getInstance("PC/SC", null).terminals().list();
        } catch (NoSuchAlgorithmException e) {
            throw new ReaderException("the PC/SC service is not there", e);
        } catch (CardException e) {
            if (Failures.code(e).equals("SCARD_E_NO_READERS_AVAILABLE")) {
                return List.of();
            }
            throw new ReaderException("PC/SC service: " + Failures.code(e), e);
        }
    }

    /**
     * The provider asks for a context once in a virtual machine's life; after a restart of the service that one is dead, and while
     * an exchange hangs everybody waits for it. There is no way to drop it but this one.
     */
    @Override
    public void renew() {
        try {
            Class<?> provider = Class.forName(CardTerminal.class.getModule(), PROVIDER_CLASS);
            if (provider == null) {
                return;
            }
            Field context = provider.getDeclaredField("contextId");
            Field known = provider.getDeclaredField("terminals");
            context.setAccessible(true);
            known.setAccessible(true);
            synchronized (provider) {
                context.setLong(null, 0);
                ((Map<?, ?>) known.get(null)).clear();
            }
        } catch (NoSuchFieldException | IllegalAccessException | InaccessibleObjectException e) {
            if (!toldOfClosedModule) {
                toldOfClosedModule = true;
                LOG.warn(
                        "CRD-003 this virtual machine cannot come back to a restarted PC/SC service: start it with "
                                + "--add-opens=java.smartcardio/sun.security.smartcardio=ALL-UNNAMED, or restart it",
                        e);
            }
        }
    }
}
