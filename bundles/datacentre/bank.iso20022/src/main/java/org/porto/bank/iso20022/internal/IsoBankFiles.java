// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.iso20022.internal;

import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Currency;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.ConfigurationPolicy;
import org.osgi.service.component.annotations.Reference;
import org.osgi.service.metatype.annotations.Designate;
import org.porto.bank.api.BankCode;
import org.porto.bank.api.BankFiles;
import org.porto.bank.api.CreditNoticeResult;
import org.porto.bank.api.PayoutResult;
import org.porto.ledger.api.Account;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.AccountNames;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.LedgerEntry;
import org.porto.ledger.api.Posting;
import org.porto.model.api.CustomerId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Deposits from camt.054, payouts into pain.001 (rule M2). The ledger is the only memory: files are made from its entries. */
@Component(name = "org.porto.bank.iso20022", service = BankFiles.class, configurationPolicy = ConfigurationPolicy.REQUIRE)
@Designate(ocd = BankConfig.class)
public final class IsoBankFiles implements BankFiles {

    private static final Pattern REMITTANCE = Pattern.compile("DEPOSIT ([A-Z0-9][A-Z0-9-]{0,19})");
    private static final Pattern AMOUNT = Pattern.compile("[0-9]{1,15}(\\.[0-9]{1,5})?");
    private static final int PAYEES_MAX = 5_000;
    private static final int NAME_MAX = 60;
    private static final int REFERENCE_MAX = 128;
    private static final int NOTES_MAX = 200;

    private final Path directory;
    private final String debtorName;
    private final String debtorIban;
    private final Currency currency;
    private final Ledger ledger;

    @Activate
    public IsoBankFiles(BankConfig config, @Reference Ledger ledger) throws RefusedException {
        this(Path.of(config.directory()), config.debtor_name(), config.debtor_iban(), Currency.getInstance(config.currency()), ledger);
    }

    IsoBankFiles(Path directory, String debtorName, String debtorIban, Currency currency, Ledger ledger) throws RefusedException {
        this.directory = directory;
        this.debtorName = plain(debtorName);
        this.debtorIban = Iban.check(debtorIban);
        this.currency = currency;
        this.ledger = ledger;
        try {
            Files.createDirectories(directory);
        } catch (IOException e) {
            throw new RefusedException(BankCode.WRITE_FAILED, directory.toString(), e);
        }
        rewriteMissing();
    }

    @Override
    public synchronized CreditNoticeResult importCreditNotice(Path camt054) throws RefusedException {
        CreditNotice notice = CamtReader.read(bytes(camt054));
        ledger.open(AccountNames.BANK_DEPOSITS, AccountKind.ASSET, currency);
        List<Posting> postings = new ArrayList<>();
        List<String> notes = new ArrayList<>();
        Set<TransactionId> seen = new HashSet<>();
        int repeated = 0;
        int suspense = 0;
        long sum = 0;
        for (CreditNotice.Credit credit : notice.credits()) {
            Money amount = amount(credit);
            TransactionId id = id("credit", credit.iban(), credit.reference());
            Optional<LedgerEntry> booked = ledger.find(id);
            if (!seen.add(id) || booked.isPresent()) {
                repeated++;
                if (booked.isPresent() && booked.get().amountMils() != amount.mils()) {
                    note(notes, credit.reference() + " was booked with another amount");
                }
                continue;
            }
            String account = deposit(credit.remittance());
            if (account.equals(AccountNames.SUSPENSE)) {
                suspense++;
                note(notes, credit.reference() + " names no customer: " + cut(credit.remittance(), 80));
            }
            ledger.open(account, AccountKind.LIABILITY, currency);
            postings.add(new Posting(id, AccountNames.BANK_DEPOSITS, account, amount, "deposit",
                    cut(credit.reference() + " " + credit.remittance(), REFERENCE_MAX)));
            sum = Math.addExact(sum, amount.mils());
        }
        if (notice.skipped() > 0) {
            note(notes, notice.skipped() + " entries are no booked credits");
        }
        if (!postings.isEmpty()) {
            ledger.post(postings);
        }
        return new CreditNoticeResult(notice.messageId(), postings.size(), repeated, suspense, sum, notes);
    }

    @Override
    public synchronized PayoutResult payOut(List<Payee> payees) throws RefusedException {
        rewriteMissing();
        if (payees.size() > PAYEES_MAX) {
            throw new RefusedException(BankCode.NOTHING_TO_PAY, payees.size() + " payees at once");
        }
        long number = next();
        String messageId = messageId(number);
        ledger.open(AccountNames.PAYOUTS, AccountKind.LIABILITY, currency);
        // Mils below the smallest unit that a bank moves stay on the account.
        long unit = (long) Math.pow(10, 3 - currency.getDefaultFractionDigits());
        List<Posting> postings = new ArrayList<>();
        for (Payee payee : payees) {
            String account = AccountNames.merchant(payee.merchant());
            long mils = ledger.account(account).filter(a -> a.currency().equals(currency)).map(Account::availableMils).orElse(0L);
            mils -= mils % unit;
            if (mils <= 0) {
                continue;
            }
            if (payee.iban().isBlank()) {
                throw new RefusedException(BankCode.ACCOUNT_MISSING, payee.merchant().value());
            }
            String reference = messageId + " " + Iban.check(payee.iban()) + " " + plain(payee.name());
            postings.add(new Posting(id("payout", Long.toString(number), Integer.toString(postings.size())), account,
                    AccountNames.PAYOUTS, Money.ofMils(mils, currency), "payout", reference));
        }
        if (postings.isEmpty()) {
            throw new RefusedException(BankCode.NOTHING_TO_PAY);
        }
        ledger.post(postings);
        return write(number);
    }

    @Override
    public synchronized List<Path> rewriteMissing() throws RefusedException {
        List<Path> written = new ArrayList<>();
        long end = next();
        for (long number = 1; number < end; number++) {
            if (!Files.exists(file(number))) {
                written.add(write(number).file());
            }
        }
        return List.copyOf(written);
    }

    /** The first payout number that is not booked: numbers have no gaps, so two steps of halving find it. */
    private long next() throws RefusedException {
        long high = 1;
        while (booked(high, 0).isPresent()) {
            high = Math.multiplyExact(high, 2);
        }
        long low = high / 2;
        while (high - low > 1) {
            long middle = low + (high - low) / 2;
            if (booked(middle, 0).isPresent()) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return high;
    }

    private Optional<LedgerEntry> booked(long number, int index) throws RefusedException {
        return ledger.find(id("payout", Long.toString(number), Integer.toString(index)));
    }

    /** Makes the file of a booked payout; the same bytes each time. */
    private PayoutResult write(long number) throws RefusedException {
        List<Payment> payments = new ArrayList<>();
        Instant time = Instant.EPOCH;
        long sum = 0;
        for (Optional<LedgerEntry> entry = booked(number, 0); entry.isPresent(); entry = booked(number, payments.size())) {
            LedgerEntry one = entry.get();
            time = payments.isEmpty() ? one.time() : time;
            String[] reference = one.reference().split(" ", 3);
            payments.add(new Payment(one.debit().substring("merchant:".length()), reference[2], reference[1], one.amountMils()));
            sum = Math.addExact(sum, one.amountMils());
        }
        String messageId = messageId(number);
        byte[] xml = PainWriter.write(messageId, time, debtorName, debtorIban, currency, payments);
        Path file = file(number);
        Path temporary = file.resolveSibling(file.getFileName() + ".part");
        try {
            try (FileChannel out = FileChannel.open(temporary, StandardOpenOption.CREATE, StandardOpenOption.WRITE,
                    StandardOpenOption.TRUNCATE_EXISTING)) {
                ByteBuffer rest = ByteBuffer.wrap(xml);
                while (rest.hasRemaining()) {
                    out.write(rest);
                }
                out.force(true);
            }
            Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE);
            try (FileChannel folder = FileChannel.open(directory, StandardOpenOption.READ)) {
                folder.force(true);
            }
        } catch (IOException e) {
            throw new RefusedException(BankCode.WRITE_FAILED, file + "; payout " + messageId + " is booked", e);
        }
        return new PayoutResult(messageId, file, payments.size(), sum);
    }

    private Path file(long number) {
        return directory.resolve("pain.001-" + messageId(number) + ".xml");
    }

    private static String messageId(long number) {
        return String.format(Locale.ROOT, "PAYOUT-%08d", number);
    }

    private static byte[] bytes(Path file) throws RefusedException {
        try (InputStream in = Files.newInputStream(file)) {
            return in.readNBytes(CamtReader.BYTES_MAX + 1);
        } catch (IOException e) {
            throw new RefusedException(BankCode.FILE_UNREADABLE, file.toString(), e);
        }
    }

    private Money amount(CreditNotice.Credit credit) throws RefusedException {
        if (!credit.currency().equals(currency.getCurrencyCode())) {
            throw new RefusedException(BankCode.CURRENCY_WRONG, credit.reference() + " in " + cut(credit.currency(), 8));
        }
        if (!AMOUNT.matcher(credit.amount()).matches()) {
            throw new RefusedException(BankCode.FILE_UNREADABLE, "amount of " + credit.reference());
        }
        Money amount;
        try {
            amount = Money.parse(credit.amount(), currency);
        } catch (RefusedException e) {
            throw new RefusedException(BankCode.FILE_UNREADABLE, "amount of " + credit.reference(), e);
        }
        if (amount.isZero()) {
            throw new RefusedException(BankCode.FILE_UNREADABLE, "amount of " + credit.reference() + " is zero");
        }
        return amount;
    }

    private static String deposit(String remittance) {
        Matcher matcher = REMITTANCE.matcher(remittance.strip());
        return matcher.matches() ? AccountNames.deposit(new CustomerId(matcher.group(1))) : AccountNames.SUSPENSE;
    }

    private static TransactionId id(String... parts) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(String.join("\n", parts).getBytes(StandardCharsets.UTF_8));
            return TransactionId.of(Arrays.copyOf(hash, TransactionId.BYTES));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void note(List<String> notes, String note) {
        if (notes.size() < NOTES_MAX) {
            notes.add(note);
        }
    }

    private static String cut(String text, int max) {
        String clean = text.replaceAll("[\\p{Cntrl}\\x{D800}-\\x{DFFF}\\x{10000}-\\x{10FFFF}]", " ");
        return clean.substring(0, Math.min(max, clean.length()));
    }

    private static String plain(String name) {
        String clean = cut(name, NAME_MAX).strip();
        return clean.isEmpty() ? "-" : clean;
    }
}
