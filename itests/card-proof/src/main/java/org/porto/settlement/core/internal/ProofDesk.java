// SPDX-License-Identifier: Apache-2.0
package org.porto.settlement.core.internal;

import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.porto.crypto.api.CertificateRole;
import org.porto.issuer.api.DeviceInfo;
import org.porto.journal.api.Journals;
import org.porto.ledger.api.Ledger;
import org.porto.model.api.CardId;
import org.porto.model.api.CustomerId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.settlement.api.Doubt;
import org.porto.settlement.api.ReportedDoubt;

/** The product's desk for transfers in doubt, made as settlement makes it, for the proof. */
public final class ProofDesk {

    private static final CustomerId CUSTOMER = new CustomerId("PROOF");

    /** What the desk works with. */
    public record Parts(Journals journals, Ledger ledger, Signer signer, InstantSource clock, Duration patience) {}

    /** Signs as the data centre. */
    public interface Signer {
        byte[] sign(byte[] body);
    }

    private final Parts parts;
    private DoubtDesk desk;

    public ProofDesk(Parts parts) throws RefusedException {
        this.parts = parts;
        restart();
    }

    /** It starts anew from what is on record. */
    public void restart() throws RefusedException {
        desk = new DoubtDesk(
                new DoubtStore(parts.journals(), Path.of("settlement")), parts.ledger(), parts.signer()::sign, parts.clock(), parts.patience());
    }

    public void used(CardId card, long number, TransactionId receipt) throws RefusedException {
        desk.used(card, number, receipt);
        desk.flush();
    }

    public void reported(DeviceId meter, List<ReportedDoubt> reports) throws RefusedException {
        desk.reported(new DeviceInfo(meter, CertificateRole.METER, CUSTOMER, "enrolled", ""), reports);
    }

    public List<Doubt> doubts() throws RefusedException {
        return desk.doubts();
    }

    public void settle(TransactionId transfer, boolean done) throws RefusedException {
        desk.settle(transfer, done, "the card does not come back");
    }

    public List<byte[]> orders(DeviceId meter) throws RefusedException {
        return desk.orders(meter);
    }
}
