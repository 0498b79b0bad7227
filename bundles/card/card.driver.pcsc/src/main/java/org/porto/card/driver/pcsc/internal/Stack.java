// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import java.util.List;
import javax.smartcardio.CardTerminal;
import org.porto.card.spi.ReaderException;

/** The computer's PC/SC service. Calls may take as long as they like. */
interface Stack {

    /** The readers there are now. @throws ReaderException when the service is not there */
    List<CardTerminal> terminals() throws ReaderException;

    /** Leaves the present link to the service, whoever still waits on it; the next call makes a new one. */
    void renew();
}
