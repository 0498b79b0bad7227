// SPDX-License-Identifier: Apache-2.0
package org.porto.proof.card;

import org.porto.model.api.DeviceId;
import org.porto.purse.api.PeerCredentials;
import org.porto.tms.api.TmsChannel;

/** What a device has of the data centre without a link: certificates and keys. */
final class PlainChannel implements TmsChannel {

    private final Datacentre centre;
    private final PeerCredentials self;

    PlainChannel(Datacentre centre, PeerCredentials self) {
        this.centre = centre;
        this.self = self;
    }

    @Override
    public byte[] exchange(String keyName, byte[] payload) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] enrol(String keyName, DeviceId device, String role, String enrolmentCode) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] fetchList(long heldVersion) {
        throw new UnsupportedOperationException();
    }

    @Override
    public byte[] listKey() {
        return centre.listKey();
    }

    @Override
    public byte[] cardCertificate(String keyName) {
        return self.certificate();
    }

    @Override
    public byte[] issuerPublicKey() {
        return centre.issuerKey();
    }
}
