// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.porto.launcher.LauncherException;

/** The depositor's bank (71 in the patent): tells of a credit by an ISO 20022 camt.054.001.08 notification. */
final class BankB {

    private BankB() {}

    /** @return the file */
    static Path creditNotice(Path folder, String reference, String customer, long mils) throws LauncherException {
        Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);
        String text = """
                <?xml version="1.0" encoding="UTF-8"?>
                <Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.054.001.08">
                  <BkToCstmrDbtCdtNtfctn>
                    <GrpHdr>
                      <MsgId>BANKB-%1$s</MsgId>
                      <CreDtTm>%2$s</CreDtTm>
                    </GrpHdr>
                    <Ntfctn>
                      <Id>NTF-%1$s</Id>
                      <CreDtTm>%2$s</CreDtTm>
                      <Acct><Id><IBAN>DE89370400440532013000</IBAN></Id></Acct>
                      <Ntry>
                        <Amt Ccy="USD">%3$s</Amt>
                        <CdtDbtInd>CRDT</CdtDbtInd>
                        <Sts><Cd>BOOK</Cd></Sts>
                        <BookgDt><Dt>%4$s</Dt></BookgDt>
                        <AcctSvcrRef>%1$s</AcctSvcrRef>
                        <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>
                        <NtryDtls>
                          <TxDtls>
                            <Refs><AcctSvcrRef>%1$s</AcctSvcrRef><EndToEndId>E2E-%1$s</EndToEndId></Refs>
                            <Amt Ccy="USD">%3$s</Amt>
                            <CdtDbtInd>CRDT</CdtDbtInd>
                            <RmtInf><Ustrd>DEPOSIT %5$s</Ustrd></RmtInf>
                          </TxDtls>
                        </NtryDtls>
                      </Ntry>
                    </Ntfctn>
                  </BkToCstmrDbtCdtNtfctn>
                </Document>
                """
                .formatted(
                        reference,
                        now,
                        java.math.BigDecimal.valueOf(mils, 3).setScale(2, java.math.RoundingMode.UNNECESSARY).toPlainString(),
                        LocalDate.ofInstant(now, ZoneOffset.UTC),
                        customer);
        try {
            Files.createDirectories(folder);
            Path file = folder.resolve("camt054-" + reference + ".xml");
            if (!Files.exists(file)) {
                Path aside = folder.resolve("camt054-" + reference + ".tmp");
                Files.writeString(aside, text);
                Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
            }
            return file;
        } catch (IOException e) {
            throw new LauncherException("cannot write the bank's notice: " + e.getMessage(), e);
        }
    }
}
