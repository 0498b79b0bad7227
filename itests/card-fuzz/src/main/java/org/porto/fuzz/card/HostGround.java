// SPDX-License-Identifier: Apache-2.0
package org.porto.fuzz.card;

import java.util.Arrays;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.PeerCredentials;

/** Keys of a card and of the peer that it meets: made once a process. */
final class HostGround {

    final CryptoService crypto = new BcCryptoService();
    final Ec issuer = Ec.fresh();
    final Ec card = Ec.fresh();
    final Ec fresh = Ec.fresh();
    final byte[] secret = Arrays.copyOf(Ec.sha256(Ground.METER), 16);
    final byte[] certificate = Peer.of(issuer, 1, Ground.CARD, card, 1).certificate();
    final Peer peer = Peer.of(issuer, 3, "SHOP0001");
    final PeerCredentials credentials;
    boolean blank;

    HostGround() {
        try (SecretBytes key = SecretBytes.owning(peer.key().secret.getEncoded())) {
            credentials = new PeerCredentials(peer.certificate(), crypto.importSigningKey(key), issuer.spki);
        } catch (RefusedException e) {
            throw new IllegalStateException(e);
        }
    }
}
