// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.iso20022.internal;

import java.io.ByteArrayOutputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.List;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;

/** Writes a pain.001.001.09 with one payment information block. The same arguments make the same bytes. */
final class PainWriter {

    private static final String NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

    private final XMLStreamWriter xml;
    private final int digits;

    private PainWriter(XMLStreamWriter xml, int digits) {
        this.xml = xml;
        this.digits = digits;
    }

    static byte[] write(String messageId, Instant time, String debtorName, String debtorIban, Currency currency, List<Payment> payments) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            XMLStreamWriter xml = XMLOutputFactory.newDefaultFactory().createXMLStreamWriter(bytes, "UTF-8");
            new PainWriter(xml, currency.getDefaultFractionDigits()).document(messageId, time, debtorName, debtorIban, currency, payments);
            xml.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }

    private void document(String messageId, Instant time, String debtorName, String debtorIban, Currency currency, List<Payment> payments)
            throws XMLStreamException {
        long sum = 0;
        for (Payment payment : payments) {
            sum = Math.addExact(sum, payment.mils());
        }
        String total = decimal(sum);
        String count = Integer.toString(payments.size());
        xml.writeStartDocument("UTF-8", "1.0");
        xml.writeStartElement("Document");
        xml.writeDefaultNamespace(NAMESPACE);
        open("CstmrCdtTrfInitn");
        open("GrpHdr");
        text("MsgId", messageId);
        text("CreDtTm", time.truncatedTo(ChronoUnit.SECONDS).toString());
        text("NbOfTxs", count);
        text("CtrlSum", total);
        open("InitgPty");
        text("Nm", debtorName);
        close(2);
        open("PmtInf");
        text("PmtInfId", messageId + "-1");
        text("PmtMtd", "TRF");
        text("NbOfTxs", count);
        text("CtrlSum", total);
        open("ReqdExctnDt");
        text("Dt", time.atZone(ZoneOffset.UTC).toLocalDate().toString());
        close(1);
        open("Dbtr");
        text("Nm", debtorName);
        close(1);
        account("DbtrAcct", debtorIban);
        open("DbtrAgt", "FinInstnId", "Othr");
        text("Id", "NOTPROVIDED");
        close(3);
        for (int i = 0; i < payments.size(); i++) {
            payment(messageId, currency.getCurrencyCode(), payments.get(i));
        }
        close(3);
        xml.writeEndDocument();
    }

    private void payment(String messageId, String currency, Payment payment) throws XMLStreamException {
        open("CdtTrfTxInf");
        open("PmtId");
        text("EndToEndId", messageId + "-" + payment.merchant());
        close(1);
        open("Amt");
        xml.writeStartElement("InstdAmt");
        xml.writeAttribute("Ccy", currency);
        xml.writeCharacters(decimal(payment.mils()));
        close(2);
        open("Cdtr");
        text("Nm", payment.name());
        close(1);
        account("CdtrAcct", payment.iban());
        open("RmtInf");
        text("Ustrd", "PAYOUT " + messageId + " " + payment.merchant());
        close(2);
    }

    private void account(String element, String iban) throws XMLStreamException {
        open(element, "Id");
        text("IBAN", iban);
        close(2);
    }

    private void open(String... elements) throws XMLStreamException {
        for (String element : elements) {
            xml.writeStartElement(element);
        }
    }

    private void text(String element, String value) throws XMLStreamException {
        xml.writeStartElement(element);
        xml.writeCharacters(value);
        xml.writeEndElement();
    }

    private void close(int elements) throws XMLStreamException {
        for (int i = 0; i < elements; i++) {
            xml.writeEndElement();
        }
    }

    /** payOut leaves what is less than the currency's smallest unit on the account. */
    private String decimal(long mils) {
        return BigDecimal.valueOf(mils, 3).setScale(digits, RoundingMode.UNNECESSARY).toPlainString();
    }
}
