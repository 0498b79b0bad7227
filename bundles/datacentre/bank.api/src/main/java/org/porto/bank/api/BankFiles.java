// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.api;

import java.nio.file.Path;
import java.util.List;
import org.osgi.annotation.versioning.ProviderType;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;

/** Thread-safe. Everything durable on return, files included. */
@ProviderType
public interface BankFiles {

    /**
     * Books the credits of a camt.054; a credit is known by account servicer reference and is booked once whatever file it
     * comes in. The remittance information names the customer ({@code DEPOSIT <customer id>}).
     */
    CreditNoticeResult importCreditNotice(Path camt054) throws RefusedException;

    /** One thing to pay. */
    record Payee(DeviceId merchant, String name, String iban) {}

    /** Pays what merchants are owed: books it and writes a pain.001. @throws RefusedException {@code BNK-004} when nothing is owed */
    PayoutResult payOut(List<Payee> payees) throws RefusedException;

    /** Writes again any file whose booking is there and which is missing (after a crash). @return files written */
    List<Path> rewriteMissing() throws RefusedException;
}
