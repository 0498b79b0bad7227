// SPDX-License-Identifier: Apache-2.0
package org.porto.issuer.core.internal;

import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.List;
import org.porto.card.api.CardChannel;
import org.porto.card.api.CardClaim;
import org.porto.card.api.CardReaders;
import org.porto.card.api.ReaderInfo;
import org.porto.card.drawer.api.CardDrawer;
import org.porto.card.drawer.api.DrawerCard;
import org.porto.card.drawer.api.DrawerCode;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SigningKey;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.purse.api.CardProfile;
import org.porto.purse.api.PairingBook;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.PublicStatus;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseState;
import org.porto.purse.api.Purses;

/** One card in one reader: makes its key once, is blank until completed, and can lose the reply of the last step. */
final class Bench implements CardReaders, CardDrawer, Purses {

    enum Loss {
        NONE,
        BEFORE,
        AFTER
    }

    private final CryptoService crypto;
    final String label;
    ExportableSigningKey key;
    CardProfile profile;
    Loss loss = Loss.NONE;
    boolean inserted = true;
    /** Label of a card that is no virtual one; its transport key is known. */
    String foreign = "";
    /** Reader asked for last. */
    String claimed;

    Bench(CryptoService crypto, String label) {
        this.crypto = crypto;
        this.label = label;
    }

    SigningKey key() {
        return key;
    }

    @Override
    public List<ReaderInfo> list() {
        return List.of(new ReaderInfo("sim/slot1", "sim", "1.0.0", true, inserted, "ready"));
    }

    @Override
    public CardClaim claim(String reader, Duration wait) {
        claimed = reader;
        return new CardClaim() {
            @Override
            public String readerName() {
                return reader;
            }

            @Override
            public byte[] atr() {
                return new byte[0];
            }

            @Override
            public void close() {}

            @Override
            public byte[] transmit(byte[] command) {
                throw new UnsupportedOperationException();
            }
        };
    }

    @Override
    public List<DrawerCard> cards() {
        return List.of(new DrawerCard(label, inserted ? "slot1" : ""));
    }

    @Override
    public SecretBytes create(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public SecretBytes transportKey(String name) throws RefusedException {
        if (!name.equals(label) && !name.equals(foreign)) {
            throw new RefusedException(DrawerCode.CARD_UNKNOWN, name);
        }
        return SecretBytes.owning(new byte[16]);
    }

    @Override
    public void insert(String name, String slot) {
        inserted = true;
    }

    @Override
    public void remove(String slot) {
        inserted = false;
    }

    @Override
    public PublicStatus select(CardChannel channel) {
        return new PublicStatus(1, profile == null ? PurseState.BLANK : PurseState.OPERATIONAL);
    }

    @Override
    public PurseSession openPaired(CardChannel channel, DeviceId meter, PairingBook book) {
        throw new UnsupportedOperationException();
    }

    @Override
    public PurseSession openCertified(CardChannel channel, PeerCredentials self, LocalDate today) {
        CardId id = profile.card();
        return (PurseSession) Proxy.newProxyInstance(
                getClass().getClassLoader(),
                new Class<?>[] {PurseSession.class},
                (proxy, method, arguments) -> method.getName().equals("card") ? id : null);
    }

    @Override
    public Personalisation openPersonalisation(CardChannel channel, SecretBytes transportKey) throws RefusedException {
        if (profile != null) {
            throw new RefusedException(PurseCode.STATE_FORBIDS);
        }
        return new Personalisation() {
            @Override
            public byte[] generateKey() {
                if (key == null) {
                    key = crypto.generateSigningKey();
                }
                return key.publicKey();
            }

            @Override
            public void complete(CardProfile wanted, char[] pin) throws RefusedException {
                if (loss == Loss.BEFORE) {
                    throw new RefusedException(PurseCode.REPLY_LOST);
                }
                profile = wanted;
                if (loss == Loss.AFTER) {
                    throw new RefusedException(PurseCode.REPLY_LOST);
                }
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public boolean shows(SecretBytes pairSecret, byte[] handle) {
        return false;
    }
}
