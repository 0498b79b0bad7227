// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.sim.internal;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.rules.TemporaryFolder;
import org.porto.card.spi.CardReaderDriver;
import org.porto.model.api.RefusedException;
import org.porto.testkit.card.CardReaderDriverContract;

public class SimContractTest extends CardReaderDriverContract {

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private SimReader reader;

    @Before
    public void open() throws IOException, RefusedException {
        reader = new SimReader(new Drawer(folder.getRoot().toPath(), 2, null, CounterApplet.CATALOGUE));
        reader.create("a").close();
    }

    @After
    public void close() {
        reader.close();
    }

    @Override
    protected CardReaderDriver driver() {
        return reader;
    }

    @Override
    protected String slotName() {
        return "2";
    }

    @Override
    protected void insertCard() {
        try {
            reader.insert("a", "2");
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void removeCard() {
        try {
            reader.remove("2");
        } catch (RefusedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected byte[] command() {
        return HexFormat.of().parseHex("00A4040007F0504F52544F01");
    }

    @Override
    protected byte[] expectedResponse() {
        return new byte[] {(byte) 0x90, 0};
    }
}
