// SPDX-License-Identifier: Apache-2.0
package org.porto.card.driver.pcsc.internal;

import java.util.Set;
import org.porto.card.spi.CardException;
import org.porto.card.spi.ReaderException;

/** Which of them failed, as the PC/SC service tells it: reader and service, or the card. */
final class Failures {

    /** All others are the card's. */
    private static final Set<String> OF_READER = Set.of(
            "SCARD_E_NO_SERVICE",
            "SCARD_E_SERVICE_STOPPED",
            "SCARD_E_INVALID_HANDLE",
            "SCARD_E_INVALID_PARAMETER",
            "SCARD_E_NO_READERS_AVAILABLE",
            "SCARD_E_UNKNOWN_READER",
            "SCARD_E_READER_UNAVAILABLE",
            "SCARD_E_READER_UNSUPPORTED",
            "SCARD_E_SHARING_VIOLATION",
            "SCARD_E_SYSTEM_CANCELLED",
            "SCARD_E_CANCELLED",
            "SCARD_E_NO_MEMORY",
            "SCARD_F_COMM_ERROR",
            "SCARD_F_INTERNAL_ERROR",
            "SCARD_F_UNKNOWN_ERROR");

    private Failures() {}

    /** Name of the service's code, as the JDK has it in the text of the cause. */
    static String code(javax.smartcardio.CardException e) {
        Throwable deepest = e;
        while (deepest.getCause() != null) {
            deepest = deepest.getCause();
        }
        return String.valueOf(deepest.getMessage());
    }

    /** Throws what the driver's interface has for it. */
    static void rethrow(String reader, javax.smartcardio.CardException e) throws ReaderException, CardException {
        String code = code(e);
        if (OF_READER.contains(code)) {
            throw new ReaderException(reader + ": " + code, e);
        }
        throw new CardException(reader + ": " + code, e);
    }
}
