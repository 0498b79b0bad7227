// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.iso20022.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Currency;
import java.util.List;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.bank.api.BankFiles.Payee;
import org.porto.bank.api.CreditNoticeResult;
import org.porto.bank.api.PayoutResult;
import org.porto.ledger.api.AccountKind;
import org.porto.ledger.api.Ledger;
import org.porto.ledger.api.Posting;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

/** Rule M2 over a real ledger. */
public class IsoBankFilesTest {

    private static final Currency EUR = Currency.getInstance("EUR");
    private static final String IBAN = "DE89370400440532013000";

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private Ledger ledger;
    private IsoBankFiles bank;

    @Before
    public void open() throws Exception {
        ledger = TestLedger.open(folder.newFolder(), InstantSource.fixed(Instant.parse("2026-11-22T10:00:00Z")));
        bank = new IsoBankFiles(folder.newFolder().toPath(), "Porto & Co", IBAN, EUR, ledger);
    }

    private Path file(String xml) throws Exception {
        return Files.writeString(folder.newFile().toPath(), xml);
    }

    private static String document(String entries) {
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Document xmlns=\"urn:iso:std:iso:20022:tech:xsd:camt.054.001.08\">"
                + "<BkToCstmrDbtCdtNtfctn><GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-22T09:00:00Z</CreDtTm></GrpHdr><Ntfctn><Id>N1</Id>"
                + "<Acct><Id><IBAN>" + IBAN + "</IBAN></Id></Acct>" + entries + "</Ntfctn></BkToCstmrDbtCdtNtfctn></Document>";
    }

    private static String entry(String amount, String currency, String side, String reference, String remittance) {
        return "<Ntry><Amt Ccy=\"" + currency + "\">" + amount + "</Amt><CdtDbtInd>" + side + "</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>"
                + "<BkTxCd/><NtryDtls><TxDtls><Refs><AcctSvcrRef>" + reference + "</AcctSvcrRef></Refs><RmtInf><Ustrd>" + remittance
                + "</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>";
    }

    private long balance(String account) throws RefusedException {
        return ledger.account(account).map(a -> a.postedMils()).orElse(0L);
    }

    private void refused(String code, String xml) throws Exception {
        Path file = file(xml);
        assertEquals(code, assertThrows(RefusedException.class, () -> bank.importCreditNotice(file)).code());
        assertEquals(0, ledger.verify());
    }

    @Test
    public void creditsAreBookedOnceWhateverFileTheyComeIn() throws Exception {
        String acme = entry("1000.50", "EUR", "CRDT", "R1", "DEPOSIT ACME");
        CreditNoticeResult first = bank.importCreditNotice(file(document(acme + entry("7", "EUR", "CRDT", "R2", "what is this")
                + entry("9.00", "EUR", "DBIT", "R3", "DEPOSIT ACME"))));
        assertEquals(List.of(2, 0, 1), List.of(first.booked(), first.repeated(), first.suspense()));
        assertEquals(1_007_500, first.amountMils());
        assertEquals(1_000_500, balance("deposit:ACME"));
        assertEquals(7_000, balance("suspense"));
        CreditNoticeResult second = bank.importCreditNotice(file(document(acme + acme + entry("1", "EUR", "CRDT", "R4", "DEPOSIT ACME"))));
        assertEquals(List.of(1, 2, 0), List.of(second.booked(), second.repeated(), second.suspense()));
        assertEquals(1_001_500, balance("deposit:ACME"));
        assertEquals(3, ledger.verify());
    }

    @Test
    public void detailsOfAnEntryAreCreditsOfTheirOwn() throws Exception {
        String entry = "<Ntry><Amt Ccy=\"EUR\">30.00</Amt><CdtDbtInd>CRDT</CdtDbtInd><Sts>BOOK</Sts><AcctSvcrRef>B</AcctSvcrRef><NtryDtls>"
                + "<TxDtls><Refs><EndToEndId>E1</EndToEndId></Refs><Amt Ccy=\"EUR\">10.00</Amt><RmtInf><Ustrd>DEPOSIT A</Ustrd></RmtInf></TxDtls>"
                + "<TxDtls><Refs><EndToEndId>E2</EndToEndId></Refs><Amt Ccy=\"EUR\">%s</Amt><RmtInf><Ustrd>DEPOSIT B</Ustrd></RmtInf></TxDtls>"
                + "</NtryDtls></Ntry>";
        refused("BNK-001", document(entry.formatted("20.01")));
        assertEquals(2, bank.importCreditNotice(file(document(entry.formatted("20.00")))).booked());
        assertEquals(20_000, balance("deposit:B"));
    }

    @Test
    public void malformedFilesBookNothing() throws Exception {
        String good = document(entry("5.00", "EUR", "CRDT", "R1", "DEPOSIT ACME"));
        refused("BNK-003", document(entry("5.00", "EUR", "CRDT", "R1", "DEPOSIT ACME") + entry("5.00", "USD", "CRDT", "R2", "DEPOSIT ACME")));
        refused("BNK-001", document(entry("-5.00", "EUR", "CRDT", "R1", "DEPOSIT ACME")));
        refused("BNK-001", document(entry("1E9", "EUR", "CRDT", "R1", "DEPOSIT ACME")));
        refused("BNK-001", document(entry("0.0001", "EUR", "CRDT", "R1", "DEPOSIT ACME")));
        refused("BNK-001", document(entry("0", "EUR", "CRDT", "R1", "DEPOSIT ACME")));
        refused("BNK-001", document(entry("5.00", "EUR", "CRDT", "", "DEPOSIT ACME")));
        refused("BNK-001", good.substring(0, good.length() - 20));
        refused("BNK-001", "");
        refused("BNK-002", good.replace("camt.054.001.08", "camt.053.001.08"));
        refused("BNK-002", "<Document/>");
        refused("BNK-001", document("<a>".repeat(50) + "</a>".repeat(50)));
        refused("BNK-001", document("<a>" + "x".repeat(2000) + "</a>"));
        refused("BNK-001", " ".repeat(CamtReader.BYTES_MAX) + good);
        String secret = file("DEPOSIT ACME").toUri().toString();
        String head = "<?xml version=\"1.0\"?>";
        refused("BNK-001", good.replaceFirst("<\\?xml[^>]*>", head + "<!DOCTYPE Document [<!ENTITY x SYSTEM \"" + secret + "\">]>")
                .replace("DEPOSIT ACME", "&x;"));
        StringBuilder laughs = new StringBuilder("<!DOCTYPE Document [<!ENTITY l0 \"ha\">");
        for (int i = 1; i < 20; i++) {
            laughs.append("<!ENTITY l").append(i).append(" \"").append(("&l" + (i - 1) + ";").repeat(10)).append("\">");
        }
        refused("BNK-001", good.replaceFirst("<\\?xml[^>]*>", head + laughs + "]>").replace("DEPOSIT ACME", "&l19;"));
    }

    private void owe(String merchant, long mils, int n) throws RefusedException {
        ledger.open("bank:deposits", AccountKind.ASSET, EUR);
        ledger.open("merchant:" + merchant, AccountKind.LIABILITY, EUR);
        ledger.post(List.of(new Posting(new TransactionId(String.format("%032x", n)), "bank:deposits", "merchant:" + merchant,
                Money.ofMils(mils, EUR), "test", "")));
    }

    @Test
    public void payoutIsBookedAndItsFileCanBeWrittenAgain() throws Exception {
        List<Payee> payees = List.of(new Payee(new DeviceId("SHOP0001"), "Café <One> & Söhne", "GB82 WEST 1234 5698 7654 32"),
                new Payee(new DeviceId("SHOP0002"), "Two", IBAN));
        assertEquals("BNK-004", assertThrows(RefusedException.class, () -> bank.payOut(payees)).code());
        owe("SHOP0001", 12_345, 1);
        owe("SHOP0002", 500, 2);
        PayoutResult result = bank.payOut(payees);
        assertEquals("PAYOUT-00000001", result.messageId());
        assertEquals(12_840, result.amountMils());
        assertEquals("tenths of a cent stay", 5, balance("merchant:SHOP0001"));
        assertEquals(12_840, balance("bank:payouts"));
        byte[] bytes = Files.readAllBytes(result.file());
        String golden = new String(getClass().getResourceAsStream("pain.001-golden.xml").readAllBytes(), StandardCharsets.UTF_8);
        assertEquals(golden.strip(), new String(bytes, StandardCharsets.UTF_8));
        var xml = DocumentBuilderFactory.newDefaultInstance().newDocumentBuilder().parse(result.file().toFile());
        var xpath = XPathFactory.newDefaultInstance().newXPath();
        assertEquals("12.84", xpath.evaluate("//GrpHdr/CtrlSum", xml));
        assertEquals("12.84", xpath.evaluate("sum(//InstdAmt)", xml));
        Files.delete(result.file());
        assertEquals(List.of(result.file()), bank.rewriteMissing());
        assertArrayEquals(bytes, Files.readAllBytes(result.file()));
        assertEquals(List.of(), bank.rewriteMissing());
        assertEquals("BNK-004", assertThrows(RefusedException.class, () -> bank.payOut(payees)).code());
        for (int n = 3; n < 8; n++) {
            owe("SHOP0002", 1_000, n);
            assertEquals("PAYOUT-0000000" + (n - 1), bank.payOut(payees).messageId());
        }
        assertTrue(ledger.verify() > 0);
    }

    @Test
    public void wrongIbanPaysNothing() throws Exception {
        owe("SHOP0001", 10_000, 1);
        for (String iban : List.of("DE89370400440532013001", "DE8937040044", "nonsense")) {
            assertEquals("BNK-007", assertThrows(RefusedException.class,
                    () -> bank.payOut(List.of(new Payee(new DeviceId("SHOP0001"), "One", iban)))).code());
        }
        assertEquals("BNK-006", assertThrows(RefusedException.class,
                () -> bank.payOut(List.of(new Payee(new DeviceId("SHOP0001"), "One", "")))).code());
        assertEquals(10_000, balance("merchant:SHOP0001"));
    }
}
