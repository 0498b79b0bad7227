// SPDX-License-Identifier: Apache-2.0
package com.acme.reader.internal;

import java.io.IOException;
import java.util.HexFormat;
import org.junit.After;
import org.junit.Before;
import org.porto.card.spi.CardReaderDriver;
import org.porto.testkit.card.CardReaderDriverContract;

/** The product's contract for drivers; its tests are inherited. All that a vendor adds is a card to put in and to pull. */
public class AcmeContractTest extends CardReaderDriverContract {

    private TestCard card;
    private AcmeReader reader;

    @Before
    public void open() throws IOException {
        card = new TestCard();
        reader = new AcmeReader(card.port());
    }

    @After
    public void close() throws IOException, InterruptedException {
        reader.close();
        card.remove();
    }

    @Override
    protected CardReaderDriver driver() {
        return reader;
    }

    @Override
    protected String slotName() {
        return "front";
    }

    @Override
    protected void insertCard() {
        try {
            card.insert();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected void removeCard() {
        try {
            card.remove();
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Override
    protected byte[] command() {
        return HexFormat.of().parseHex("00A4040000");
    }

    @Override
    protected byte[] expectedResponse() {
        return TestCard.OK.clone();
    }
}
