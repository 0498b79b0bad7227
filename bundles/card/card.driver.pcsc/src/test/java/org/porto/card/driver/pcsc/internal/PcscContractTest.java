// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import java.time.Duration;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Before;
import org.porto.card.spi.CardReaderDriver;
import org.porto.testkit.card.CardReaderDriverContract;

public class PcscContractTest extends CardReaderDriverContract {

    private final FakeStack stack = new FakeStack();
    private final Hotplug hotplug = new Hotplug(
            stack, new Settings(Pattern.compile("Fake .*"), true, "*", Duration.ofSeconds(5), Duration.ofMillis(300)));
    private final PcscReader reader = new PcscReader(hotplug);

    @Before
    public void look() {
        hotplug.look();
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
        return "Fake 00 00";
    }

    @Override
    protected void insertCard() {
        stack.terminal.insert();
        hotplug.look();
    }

    @Override
    protected void removeCard() {
        stack.terminal.pull();
        hotplug.look();
    }

    @Override
    protected byte[] command() {
        return HexFormat.of().parseHex("00A4040000");
    }

    @Override
    protected byte[] expectedResponse() {
        return FakeStack.OK.clone();
    }
}
