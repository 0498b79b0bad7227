// SPDX-License-Identifier: Apache-2.0
package org.porto.authorisation.core.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Deactivate;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.authorisation.api.AuthorisationCode;
import org.porto.authorisation.api.AuthorisationInfo;
import org.porto.authorisation.api.Authorisations;
import org.porto.crypto.api.CryptoService;
import org.porto.issuer.api.CardInfo;
import org.porto.issuer.api.CardKeyOrder;
import org.porto.issuer.api.CardKeys;
import org.porto.issuer.api.Issuer;
import org.porto.journal.api.Journal;
import org.porto.journal.api.Journals;
import org.porto.keys.api.KeyService;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerCode;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.CardId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.protocol.card.ApplyReceipt;
import org.porto.protocol.card.CardDays;
import org.porto.protocol.card.CardOrder;
import org.porto.protocol.card.CardRecordException;
import org.porto.protocol.card.Signed;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Recharge authorisations. Order of acts, each repeatable: intent journalled, money reserved under the same id, order sealed,
 * entry journalled and so listed. What a crash leaves between is finished at the next start, by the same request, or by the next
 * request for that card, whichever comes first: the chain of control sums (rule R2) never has a hole.
 */
@Component(name = "org.porto.authorisation.core", configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = AuthorisationConfig.class)
public final class AuthorisationCore implements Authorisations {

    private static final Logger LOG = LoggerFactory.getLogger(AuthorisationCore.class);
    private static final int VALID_DAYS_MAX = 3650;
    /** Refusals of the ledger that no repetition changes: nothing can be reserved under that id. */
    private static final Set<String> NEVER = Set.of(
            LedgerCode.ACCOUNT_EXISTS.code(), LedgerCode.CURRENCY_WRONG.code(), LedgerCode.AMOUNT_NOT_ALLOWED.code());

    private final Journal journal;
    private final AuthorisationBook book;
    private final ListMaker lists;
    private final Ledger ledger;
    private final Issuer issuer;
    private final CardKeys cardKeys;
    private final InstantSource time;
    private final int validDays;
    private final long amountMilsMax;
    private long followed = -1;

    @Activate
    public AuthorisationCore(
            AuthorisationConfig config,
            @Reference Journals journals,
            @Reference KeyService keys,
            @Reference CryptoService crypto,
            @Reference Ledger ledger,
            @Reference Issuer issuer,
            @Reference CardKeys cardKeys,
            @Reference InstantSource time)
            throws RefusedException {
        this(
                journals,
                Path.of(config.directory()),
                keys,
                crypto,
                ledger,
                issuer,
                cardKeys,
                time,
                config.valid_days(),
                config.amount_mils_max(),
                AuthorisationBook.CHANGES_MAX);
    }

    AuthorisationCore(
            Journals journals,
            Path directory,
            KeyService keys,
            CryptoService crypto,
            Ledger ledger,
            Issuer issuer,
            CardKeys cardKeys,
            InstantSource time,
            int validDays,
            long amountMilsMax,
            int changesMax)
            throws RefusedException {
        if (validDays < 1 || validDays > VALID_DAYS_MAX || amountMilsMax < 1) {
            throw new RefusedException(AuthorisationCode.AMOUNT_NOT_ALLOWED, "valid.days or amount.mils.max out of range");
        }
        this.ledger = ledger;
        this.issuer = issuer;
        this.cardKeys = cardKeys;
        this.time = time;
        this.validDays = validDays;
        this.amountMilsMax = amountMilsMax;
        this.journal = journals.open(folder(directory).resolve("authorisations.journal"));
        this.book = opened(journal, crypto, changesMax);
        this.lists = new ListMaker(book, keys, time);
        finishAll();
    }

    private static Path folder(Path directory) throws RefusedException {
        try {
            return Files.createDirectories(directory);
        } catch (IOException e) {
            throw new RefusedException(AuthorisationCode.STORE_UNREADABLE, directory + " cannot be made", e);
        }
    }

    private static AuthorisationBook opened(Journal journal, CryptoService crypto, int changesMax) throws RefusedException {
        boolean done = false;
        try {
            AuthorisationBook book = new AuthorisationBook(journal, crypto, changesMax);
            done = true;
            return book;
        } finally {
            if (!done) {
                journal.close();
            }
        }
    }

    /** Lists the orders that roll keys over as they are now: those that no longer wait go, new ones come. */
    private void follow() throws RefusedException {
        long changes = cardKeys.changes();
        if (changes == followed) {
            return;
        }
        Map<TransactionId, CardKeyOrder> wanted = new LinkedHashMap<>();
        cardKeys.orders().forEach(order -> wanted.put(order.id(), order));
        for (KeyEntry listed : book.keyEntries()) {
            if (wanted.remove(listed.id()) == null) {
                book.putKeyBuried(listed.id());
            }
        }
        for (CardKeyOrder order : wanted.values()) {
            book.putKeyListed(order.id(), order.routingTag(), order.sequence(), order.notAfterDay(), order.envelope());
        }
        followed = changes;
    }

    /** A card that has rolled its order key over twice can no longer read what was sealed before: what waits for it is sealed anew. */
    private void sealAnew(List<Authorisation> waiting) throws RefusedException {
        for (Authorisation known : waiting) {
            if (known.waiting() && sealedWith(known) != cardKeys.orderKeyVersion(known.card())) {
                list(known, known.notAfterDay());
            }
        }
    }

    private static int sealedWith(Authorisation known) {
        return known.entry().envelope()[1] & 0xFF;
    }

    /** What a crash left unfinished; what cannot be finished now stays an intent and is tried again later. */
    private void finishAll() {
        for (Authorisation known : book.all()) {
            if (!known.listed()) {
                try {
                    finish(known);
                } catch (RefusedException e) {
                    LOG.warn("authorisation {} of card {} left unfinished: {}", known.id(), known.card(), e.getMessage());
                }
            }
        }
        try {
            sealAnew(book.all());
        } catch (RefusedException e) {
            LOG.warn("what waits for cards with a new key is not sealed anew yet: {}", e.getMessage());
        }
    }

    @Deactivate
    synchronized void close() {
        journal.close();
    }

    @Override
    public synchronized AuthorisationInfo request(TransactionId id, CardId card, Money amount) throws RefusedException {
        Optional<Authorisation> known = book.find(id);
        if (known.isPresent()) {
            Authorisation there = known.get();
            if (!there.card().equals(card)
                    || there.amountMils() != amount.mils()
                    || !there.currency().equals(amount.currency().getCurrencyCode())) {
                throw new RefusedException(AuthorisationCode.ID_TAKEN, id.toString());
            }
            return (there.listed() ? there : finish(there)).info(today());
        }
        CardInfo holder = issuer.card(card)
                .orElseThrow(() -> new RefusedException(AuthorisationCode.CARD_UNKNOWN, card.toString()));
        check(holder, amount);
        long controlSum = 0;
        for (Authorisation earlier : book.chain(card)) {
            controlSum = passable(earlier);
        }
        if (controlSum > Long.MAX_VALUE - amount.mils()) {
            throw new RefusedException(AuthorisationCode.AMOUNT_NOT_ALLOWED, "control sum of the card is at its end");
        }
        Authorisation intent = new Authorisation(
                id,
                card,
                holder.customer(),
                holder.currency(),
                amount.mils(),
                controlSum,
                CardDays.of(today().plusDays(validDays)),
                null,
                "",
                0,
                false,
                time.instant());
        book.putIntent(intent);
        Authorisation listed = finish(intent);
        LOG.info("authorised {} for card {}: {}", amount, card, id);
        return listed.info(today());
    }

    private void check(CardInfo card, Money amount) throws RefusedException {
        if (!amount.currency().getCurrencyCode().equals(card.currency())
                || amount.mils() < 1
                || amount.mils() > amountMilsMax) {
            throw new RefusedException(
                    AuthorisationCode.AMOUNT_NOT_ALLOWED,
                    amount + "; 0.001 to " + Money.ofMils(amountMilsMax, Currency.getInstance(card.currency())));
        }
        if (amount.mils() > card.balanceMilsMax()) {
            throw new RefusedException(
                    AuthorisationCode.BALANCE_MAX,
                    amount + " is more than " + Money.ofMils(card.balanceMilsMax(), amount.currency()));
        }
    }

    /**
     * Makes sure that the card can get past an earlier one of its chain: an intent is finished; an expired one is listed anew with
     * the same id and control sum, so that the card still obeys it at most once.
     *
     * @return the control sum that it leads to
     */
    private long passable(Authorisation earlier) throws RefusedException {
        if (!earlier.listed()) {
            try {
                return finish(earlier).sumAfter();
            } catch (RefusedException e) {
                if (book.find(earlier.id()).isPresent()) {
                    throw new RefusedException(AuthorisationCode.UNFINISHED, earlier.id().toString(), e);
                }
                return earlier.controlSumMils(); // dropped: the chain goes on without it
            }
        }
        if (!earlier.applied() && CardDays.date(earlier.notAfterDay()).isBefore(today())) {
            list(earlier, CardDays.of(today().plusDays(validDays)));
            LOG.info("authorisation {} had expired unused and is listed anew", earlier.id());
        }
        return earlier.sumAfter();
    }

    /** Reserve, seal, list: from wherever the last try ended. */
    private Authorisation finish(Authorisation intent) throws RefusedException {
        reserve(intent);
        return list(intent, intent.notAfterDay());
    }

    private void reserve(Authorisation intent) throws RefusedException {
        Currency currency = Currency.getInstance(intent.currency());
        String deposit = AccountNames.deposit(intent.customer());
        String cardFloat = AccountNames.cardFloat(intent.card());
        try {
            ledger.open(deposit, AccountKind.LIABILITY, currency);
            ledger.open(cardFloat, AccountKind.LIABILITY, currency);
            LedgerEntry entry = ledger.reserve(new Posting(
                    intent.id(),
                    deposit,
                    cardFloat,
                    Money.ofMils(intent.amountMils(), currency),
                    "recharge",
                    "card " + intent.card()));
            if (entry.state().equals("voided")) {
                book.putDropped(intent.id(), AuthorisationCode.ENDED.code());
                throw new RefusedException(AuthorisationCode.ENDED, intent.id() + " was voided in the ledger");
            }
        } catch (RefusedException e) {
            if (e.code().equals(LedgerCode.FUNDS_SHORT.code())) {
                book.putDropped(intent.id(), e.code());
                throw new RefusedException(
                        AuthorisationCode.FUNDS_SHORT, "deposit of " + intent.customer(), e);
            }
            if (e.code().equals(LedgerCode.ID_TAKEN.code())) {
                book.putDropped(intent.id(), e.code());
                throw new RefusedException(AuthorisationCode.ID_TAKEN, intent.id() + " in the ledger", e);
            }
            if (NEVER.contains(e.code())) {
                book.putDropped(intent.id(), e.code());
            }
            throw e; // else whether an earlier try had reserved is not known: the intent stays
        }
    }

    private Authorisation list(Authorisation known, int notAfterDay) throws RefusedException {
        CardInfo card = issuer.card(known.card())
                .orElseThrow(() -> new RefusedException(
                        AuthorisationCode.CARD_UNKNOWN, known.card().toString()));
        byte[] detail = CardOrder.valueDetail(
                Currency.getInstance(known.currency()).getNumericCode(), known.amountMils(), known.controlSumMils());
        Issuer.SealedOrder order =
                issuer.seal(known.card(), CardOrder.RECHARGE, known.id().bytes(), notAfterDay, detail);
        book.putListed(known.id(), notAfterDay, card.routingTag(), order.sequence(), order.envelope());
        return book.find(known.id()).orElseThrow();
    }

    @Override
    public synchronized Optional<AuthorisationInfo> find(TransactionId id) {
        return book.find(id).filter(Authorisation::listed).map(known -> known.info(today()));
    }

    @Override
    public synchronized List<AuthorisationInfo> list(int max) throws RefusedException {
        if (max < 1 || max > 10_000) {
            throw new RefusedException(AuthorisationCode.AMOUNT_NOT_ALLOWED, "1 to 10000 authorisations at once");
        }
        List<Authorisation> newestFirst = new ArrayList<>(book.all());
        Collections.reverse(newestFirst);
        return newestFirst.stream()
                .filter(Authorisation::listed)
                .limit(max)
                .map(known -> known.info(today()))
                .toList();
    }

    @Override
    public synchronized void receipt(byte[] receipt) throws RefusedException {
        ApplyReceipt said = signed(receipt);
        CardId card = CardId.of(said.cardId());
        Optional<Authorisation> named = book.find(TransactionId.of(said.authorisationId()));
        if (named.isPresent()) {
            Authorisation known = named.get();
            boolean claimsApplied = said.result() == ApplyReceipt.APPLIED || said.result() == ApplyReceipt.USED;
            if (!known.card().equals(card) || (claimsApplied && said.controlSum() < known.sumAfter())) {
                throw new RefusedException(AuthorisationCode.RECEIPT_WRONG, "receipt contradicts " + known.id());
            }
        }
        if (said.result() != ApplyReceipt.APPLIED) {
            LOG.info(
                    "card {} answered {} to {} at control sum {}",
                    card,
                    said.result(),
                    TransactionId.of(said.authorisationId()),
                    said.controlSum());
        }
        if (cardKeys.receipt(card, TransactionId.of(said.authorisationId()), said.result())) {
            sealAnew(book.chain(card));
        }
        // The card's own word on its control sum: everything in its chain up to there was applied (rule R7). Only recharges move
        // it as long as no burn is issued.
        for (Authorisation known : book.chain(card)) {
            if (known.waiting() && known.sumAfter() <= said.controlSum()) {
                ledger.postPending(known.id());
                book.putApplied(known.id(), receipt);
                LOG.info("card {} has applied {}", card, known.id());
            }
        }
    }

    private ApplyReceipt signed(byte[] receipt) throws RefusedException {
        try {
            Signed signed = Signed.split(receipt, ApplyReceipt.BYTES);
            ApplyReceipt said = ApplyReceipt.parse(signed.body());
            CardId card = CardId.of(said.cardId());
            if (said.result() < ApplyReceipt.APPLIED
                    || said.result() > ApplyReceipt.WRONG_CURRENCY
                    || issuer.card(card).isEmpty()
                    || !issuer.signedBy(card, signed.body(), signed.signature())) {
                throw new RefusedException(AuthorisationCode.RECEIPT_WRONG, "not signed by card " + card);
            }
            return said;
        } catch (CardRecordException e) {
            throw new RefusedException(AuthorisationCode.RECEIPT_WRONG, e.getMessage(), e);
        }
    }

    @Override
    public synchronized long listVersion() throws RefusedException {
        follow();
        return book.version();
    }

    @Override
    public synchronized byte[] list(long sinceVersion) throws RefusedException {
        follow();
        return lists.since(sinceVersion);
    }

    @Override
    public synchronized byte[] listKey() throws RefusedException {
        return lists.key().publicKey();
    }

    private LocalDate today() {
        return LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
    }
}
