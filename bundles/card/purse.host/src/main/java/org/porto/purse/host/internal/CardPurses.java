// SPDX-License-Identifier: Apache-2.0
package org.porto.purse.host.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.porto.card.api.CardChannel;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.CardId;
import org.porto.model.api.DeviceId;
import org.porto.model.api.RefusedException;
import org.porto.protocol.card.CardCertificate;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;
import org.porto.purse.api.PairingBook;
import org.porto.purse.api.PeerCredentials;
import org.porto.purse.api.Personalisation;
import org.porto.purse.api.PublicStatus;
import org.porto.purse.api.PurseCode;
import org.porto.purse.api.PurseSession;
import org.porto.purse.api.PurseState;
import org.porto.purse.api.PurseStatus;
import org.porto.purse.api.Purses;
import org.porto.purse.api.StatusWord;

/**
 * Opens sessions: recognition on the host's side (docs/protocol/card-session.md). Remembers certificates of cards that it met, in memory: who
 * came is on no disk because of it, and after a start each card shows its certificate once more.
 */
@Component(name = "org.porto.purse.host")
public final class CardPurses implements Purses {

    private static final byte[] AID = HexFormat.of().parseHex("F0504F52544F01");
    private static final byte[] ISSUER = "ISSUER00".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] LABEL_KEY = "PORTO-IAUT".getBytes(StandardCharsets.US_ASCII);
    private static final int INS_INIT_PAIR = 0x50;
    private static final int INS_INIT_PEER = 0x52;
    private static final byte MODE_PAIRED = 1;
    private static final byte MODE_CERTIFIED = 2;
    private static final byte MODE_ISSUING = 3;
    private static final int NONCE_BYTES = 16;
    private static final int HANDLE_BYTES = 8;
    private static final int SHOWN_BYTES = HANDLE_BYTES + NONCE_BYTES;
    private static final int POINT_BYTES = 65;
    private static final int PEER_SHOWN_BYTES = POINT_BYTES + NONCE_BYTES + 16;

    private final CryptoService crypto;
    private final KnownCards known = new KnownCards();

    @Activate
    public CardPurses(@Reference CryptoService crypto) {
        this.crypto = crypto;
    }

    @Override
    public PublicStatus select(CardChannel channel) throws RefusedException {
        Answer answer = Link.plain(channel, 0x00, 0xA4, 4, AID);
        byte[] fci = answer.data();
        byte[] head = ByteBuffer.allocate(11).put((byte) 0x6F).put((byte) 17).put((byte) 0x84).put((byte) 7).put(AID).array();
        byte[] rest = {(byte) 0xA5, 6, (byte) 0xC0, 1};
        boolean ours = answer.ok()
                && fci.length == 19
                && Arrays.equals(fci, 0, 11, head, 0, 11)
                && Arrays.equals(fci, 11, 15, rest, 0, 4)
                && fci[16] == (byte) 0xC1
                && fci[17] == 1
                && fci[18] >= 0
                && fci[18] < PurseState.values().length;
        if (!ours) {
            throw new RefusedException(PurseCode.NOT_A_PURSE, StatusWord.say(answer.status()));
        }
        return new PublicStatus(fci[15] & 0xFF, PurseState.values()[fci[18]]);
    }

    /**
     * What both sides of a recognition by secret know; the card's part is not proved yet.
     *
     * @param shown handle 8 and the card's nonce 16, which it is made of
     */
    private record Opening(byte[] context, byte[] shown, byte[] proof) {}

    private Opening initPair(CardChannel channel, byte mode, byte[] serial) throws RefusedException {
        byte[] nonce = crypto.random(NONCE_BYTES);
        byte[] data = ByteBuffer.allocate(24).put(serial).put(nonce).array();
        Answer answer = Link.plain(channel, 0x80, INS_INIT_PAIR, 0, data);
        if (StatusWord.BLOCKED.is(answer.status())) {
            throw new RefusedException(PurseCode.RECOGNITION_FAILED, StatusWord.say(answer.status()));
        }
        if (!answer.ok()) {
            throw StatusWords.refusal(answer.status());
        }
        ByteBuffer in = answer.exactly(HANDLE_BYTES + NONCE_BYTES + 16);
        byte[] handle = Answer.bytes(in, HANDLE_BYTES);
        byte[] cardNonce = Answer.bytes(in, NONCE_BYTES);
        byte[] context = ByteBuffer.allocate(49).put(mode).put(data).put(handle).put(cardNonce).array();
        return new Opening(context, ByteBuffer.allocate(SHOWN_BYTES).put(handle).put(cardNonce).array(), Answer.bytes(in, 16));
    }

    @Override
    public PurseSession openPaired(CardChannel channel, DeviceId meter, PairingBook book) throws RefusedException {
        if (select(channel).state() == PurseState.BLANK) {
            throw new RefusedException(PurseCode.STATE_FORBIDS, "card is blank");
        }
        Opening opening = initPair(channel, MODE_PAIRED, meter.bytes());
        List<PairingBook.Candidate> candidates = book.find(opening.shown());
        try {
            if (candidates.isEmpty()) {
                throw new RefusedException(PurseCode.NOT_PAIRED, "this meter knows no such card");
            }
            for (PairingBook.Candidate candidate : candidates) {
                SymmetricKey root = crypto.symmetricKey(candidate.secret());
                if (Link.cardProves(root, opening.context(), opening.proof())) {
                    return paired(channel, meter, candidate, root, opening.context());
                }
                root.close();
            }
        } finally {
            candidates.forEach(c -> c.secret().close());
        }
        throw new RefusedException(PurseCode.RECOGNITION_FAILED, "card's proof is wrong");
    }

    private PurseSession paired(
            CardChannel channel, DeviceId meter, PairingBook.Candidate candidate, SymmetricKey root, byte[] context)
            throws RefusedException {
        Link link = null;
        boolean done = false;
        try {
            link = Link.open(channel, crypto, root, context);
            PurseSession session = CardSession.paired(crypto, link, meter, root, candidate.next(), candidate.card());
            done = true;
            return session;
        } finally {
            if (!done) {
                root.close();
                if (link != null) {
                    link.close();
                }
            }
        }
    }

    @Override
    public PurseSession openCertified(CardChannel channel, PeerCredentials self, LocalDate today) throws RefusedException {
        int day = CardDays.of(today);
        CardCertificate own = own(self);
        if (select(channel).state() == PurseState.BLANK) {
            throw new RefusedException(PurseCode.STATE_FORBIDS, "card is blank");
        }
        byte[] nonce = crypto.random(NONCE_BYTES);
        byte[] shown = new byte[0];
        Answer answer = null;
        // The card says who it is only after it: which of the issuer's keys it has shows in whether it takes the certificate.
        for (byte[] certificate : self.certificates()) {
            shown = certificate;
            byte[] data = ByteBuffer.allocate(NONCE_BYTES + shown.length).put(nonce).put(shown).array();
            answer = Link.plain(channel, 0x80, INS_INIT_PEER, 0, data);
            if (!StatusWord.REFERENCE_ABSENT.is(answer.status())) {
                break;
            }
        }
        if (!answer.ok()) {
            throw new RefusedException(
                    PurseCode.CERTIFICATE_WRONG, "card refuses this peer's certificate: " + StatusWord.say(answer.status()));
        }
        byte[] said = answer.data();
        if (said.length <= PEER_SHOWN_BYTES) {
            throw new RefusedException(PurseCode.PROTOCOL, "answer of " + said.length + " bytes");
        }
        ByteBuffer in = ByteBuffer.wrap(said, 0, PEER_SHOWN_BYTES);
        byte[] wrapped = Arrays.copyOfRange(said, PEER_SHOWN_BYTES, said.length);
        byte[] point = Answer.bytes(in, POINT_BYTES);
        byte[] cardNonce = Answer.bytes(in, NONCE_BYTES);
        byte[] proof = Answer.bytes(in, 16);
        byte[] context = ByteBuffer.allocate(65)
                .put(MODE_CERTIFIED)
                .put(crypto.sha256(shown, point))
                .put(nonce)
                .put(cardNonce)
                .array();
        try (SymmetricKey root = Agreement.root(crypto, self.key(), point)) {
            if (!Link.cardProves(root, context, proof)) {
                throw new RefusedException(PurseCode.RECOGNITION_FAILED, "card's proof is wrong");
            }
            return certified(Link.open(channel, crypto, root, context), own, self, context, wrapped, day);
        }
    }

    private static CardCertificate own(PeerCredentials self) throws RefusedException {
        try {
            return CardCertificate.parse(Signed.split(self.certificate(), CardCertificate.BYTES).body());
        } catch (CardRecordException e) {
            throw new RefusedException(PurseCode.CERTIFICATE_WRONG, "this peer's own: " + e.getMessage(), e);
        }
    }

    /** The card has named itself and signed this session's context: its certificate, known or shown now, says whether that is so. */
    private PurseSession certified(
            Link link, CardCertificate own, PeerCredentials self, byte[] context, byte[] wrapped, int day) throws RefusedException {
        boolean done = false;
        try {
            byte[] said = link.said(wrapped).data();
            PurseStatus status = CardSession.status(said);
            byte[] signature = Arrays.copyOfRange(said, CardSession.STATUS_BYTES, said.length);
            Optional<CardKey> met = met(status.card(), self, day).filter(k -> signed(k, signature, context));
            CardKey key = met.isPresent() ? met.get() : shown(link, status.card(), self, day);
            if (met.isEmpty()) {
                if (!signed(key, signature, context)) {
                    throw new RefusedException(PurseCode.RECOGNITION_FAILED, "card does not have the key of its certificate");
                }
                known.remember(key, issuer(key, self));
            }
            PurseSession session = CardSession.certified(crypto, link, key, own, status);
            done = true;
            return session;
        } finally {
            if (!done) {
                link.close();
            }
        }
    }

    private boolean signed(CardKey key, byte[] signature, byte[] context) {
        return key.verifies(crypto, signature, LABEL_KEY, context);
    }

    private Optional<CardKey> met(CardId card, PeerCredentials self, int day) {
        return self.issuerKeys().values().stream()
                .flatMap(issuer -> known.find(card, issuer, day).stream())
                .findFirst();
    }

    private static byte[] issuer(CardKey key, PeerCredentials self) throws RefusedException {
        int version = key.certificate().issuerKeyVersion();
        return self.issuerKey(version)
                .orElseThrow(() -> new RefusedException(
                        PurseCode.CERTIFICATE_WRONG, "this peer does not have the issuer's key of version " + version));
    }

    private CardKey shown(Link link, CardId card, PeerCredentials self, int day) throws RefusedException {
        CardKey key = CardKey.parse(ask(link, CardSession.INS_CERTIFICATE));
        key.checkIssuer(crypto, issuer(key, self), day);
        if (!Arrays.equals(key.certificate().subject(), card.bytes())) {
            throw new RefusedException(PurseCode.CERTIFICATE_WRONG, "card shows the certificate of another");
        }
        return key;
    }

    private static byte[] ask(Link link, int ins) throws RefusedException {
        try {
            Answer answer = link.exchange(ins, 0, 0, new byte[0]);
            if (!answer.ok()) {
                throw StatusWords.refusal(answer.status());
            }
            return answer.data();
        } catch (LinkLostException e) {
            throw new RefusedException(e.code(), e.getMessage(), e);
        }
    }

    @Override
    public Personalisation openPersonalisation(CardChannel channel, SecretBytes transportKey) throws RefusedException {
        if (select(channel).state() != PurseState.BLANK) {
            throw new RefusedException(PurseCode.STATE_FORBIDS, "card is not blank");
        }
        Opening opening = initPair(channel, MODE_ISSUING, ISSUER);
        try (SymmetricKey root = crypto.symmetricKey(transportKey)) {
            if (!Link.cardProves(root, opening.context(), opening.proof())) {
                throw new RefusedException(PurseCode.RECOGNITION_FAILED, "card has another transport key");
            }
            Link.prove(channel, root, opening.context());
            return new BlankCard(Link.open(channel, crypto, root, opening.context()));
        }
    }

    @Override
    public boolean shows(SecretBytes pairSecret, byte[] handle) {
        if (handle.length != SHOWN_BYTES) {
            return false;
        }
        byte[] nonce = Arrays.copyOfRange(handle, HANDLE_BYTES, SHOWN_BYTES);
        try (SymmetricKey key = crypto.symmetricKey(pairSecret);
                SecretBytes wanted = key.derive("PORTO-HNDL", nonce, HANDLE_BYTES);
                SecretBytes shown = SecretBytes.copyOf(Arrays.copyOf(handle, HANDLE_BYTES))) {
            return wanted.sameAs(shown);
        }
    }
}
