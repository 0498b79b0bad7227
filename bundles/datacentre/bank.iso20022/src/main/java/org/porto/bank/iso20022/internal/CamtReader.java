// SPDX-License-Identifier: Apache-2.0
package org.porto.bank.iso20022.internal;

import java.io.ByteArrayInputStream;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.regex.Pattern;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;
import org.porto.bank.api.BankCode;
import org.porto.model.api.RefusedException;

/**
 * Reads camt.054.001.02 to .13. An entry with transaction details is as many credits as it has details, each with an amount of
 * its own; they have to add up to the entry, or the file is refused. Only booked credits count; debits and reversals are skipped.
 */
final class CamtReader {

    static final int BYTES_MAX = 10 << 20;
    private static final int DEPTH_MAX = 40;
    private static final int TEXT_MAX = 1_000;
    private static final int CREDITS_MAX = 10_000;
    private static final Pattern NAMESPACE = Pattern.compile("urn:iso:std:iso:20022:tech:xsd:camt\\.054\\.001\\.(0[2-9]|1[0-3])");

    /** Text of one entry or one transaction within it. */
    private static final class Item {
        String amount = "";
        String currency = "";
        String servicer = "";
        String endToEnd = "";
        String transactionServicer = "";
        boolean credit;
        boolean booked = true;
        boolean reversal;
        final StringBuilder remittance = new StringBuilder();
    }

    private final Deque<String> path = new ArrayDeque<>();
    private final List<CreditNotice.Credit> credits = new ArrayList<>();
    private final StringBuilder text = new StringBuilder();
    private String messageId = "";
    private String iban = "";
    private Item entry;
    private Item detail;
    private List<Item> details = List.of();
    private String attributeCurrency = "";
    private int skipped;

    static CreditNotice read(byte[] file) throws RefusedException {
        if (file.length > BYTES_MAX) {
            throw new RefusedException(BankCode.FILE_UNREADABLE, "more than " + BYTES_MAX + " bytes");
        }
        XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
        factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
        factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
        factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
        factory.setProperty(XMLInputFactory.IS_COALESCING, false);
        factory.setXMLResolver((publicId, systemId, base, namespace) -> {
            throw new XMLStreamException("external entity");
        });
        try {
            XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(file));
            try {
                return new CamtReader().walk(reader);
            } finally {
                reader.close();
            }
        } catch (XMLStreamException e) {
            throw new RefusedException(BankCode.FILE_UNREADABLE, "not well-formed XML", e);
        }
    }

    private CreditNotice walk(XMLStreamReader reader) throws XMLStreamException, RefusedException {
        while (reader.hasNext()) {
            switch (reader.next()) {
                case XMLStreamConstants.START_ELEMENT -> start(reader);
                case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> append(reader);
                case XMLStreamConstants.END_ELEMENT -> end();
                case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
                    throw unreadable("document type or entity");
                default -> { }
            }
        }
        if (messageId.isEmpty()) {
            throw unreadable("no message id");
        }
        return new CreditNotice(messageId, List.copyOf(credits), skipped);
    }

    private void append(XMLStreamReader reader) throws RefusedException {
        if (text.length() + reader.getTextLength() > TEXT_MAX) {
            if (reader.isWhiteSpace()) {
                return;
            }
            throw unreadable("text of more than " + TEXT_MAX + " characters");
        }
        text.append(reader.getText());
    }

    private void start(XMLStreamReader reader) throws RefusedException {
        if (path.isEmpty() && !(reader.getLocalName().equals("Document")
                && NAMESPACE.matcher(String.valueOf(reader.getNamespaceURI())).matches())) {
            throw new RefusedException(BankCode.FILE_UNSUPPORTED, "{" + reader.getNamespaceURI() + "}" + reader.getLocalName());
        }
        if (path.size() >= DEPTH_MAX) {
            throw unreadable("deeper than " + DEPTH_MAX);
        }
        path.addLast(reader.getLocalName());
        text.setLength(0);
        String currency = reader.getAttributeValue(null, "Ccy");
        attributeCurrency = currency == null ? "" : currency;
        switch (String.join("/", path)) {
            case "Document/BkToCstmrDbtCdtNtfctn/Ntfctn" -> iban = "";
            case "Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry" -> {
                entry = new Item();
                details = new ArrayList<>();
            }
            case "Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry/NtryDtls/TxDtls" -> {
                detail = new Item();
                detail.credit = true;
            }
            default -> { }
        }
    }

    private void end() throws RefusedException {
        String where = String.join("/", path);
        String value = text.toString().strip();
        text.setLength(0);
        path.removeLast();
        String entryPath = "Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Ntry";
        if (where.equals("Document/BkToCstmrDbtCdtNtfctn/GrpHdr/MsgId")) {
            messageId = value;
        } else if (where.equals("Document/BkToCstmrDbtCdtNtfctn/Ntfctn/Acct/Id/IBAN")) {
            iban = value;
        } else if (where.equals(entryPath)) {
            entryEnds();
        } else if (where.equals(entryPath + "/NtryDtls/TxDtls")) {
            details.add(detail);
            detail = null;
        } else if (where.startsWith(entryPath + "/NtryDtls/TxDtls/")) {
            detailField(where.substring(entryPath.length() + "/NtryDtls/TxDtls/".length()), value);
        } else if (where.startsWith(entryPath + "/")) {
            entryField(where.substring(entryPath.length() + 1), value);
        }
    }

    private void entryField(String field, String value) {
        switch (field) {
            case "Amt" -> {
                entry.amount = value;
                entry.currency = attributeCurrency;
            }
            case "CdtDbtInd" -> entry.credit = value.equals("CRDT");
            case "RvslInd" -> entry.reversal = value.equals("true") || value.equals("1");
            case "Sts", "Sts/Cd" -> {
                if (!value.isEmpty()) {
                    entry.booked = value.equals("BOOK");
                }
            }
            case "AcctSvcrRef" -> entry.servicer = value;
            default -> { }
        }
    }

    private void detailField(String field, String value) {
        switch (field) {
            case "Refs/AcctSvcrRef" -> detail.servicer = value;
            case "Refs/EndToEndId" -> detail.endToEnd = value;
            case "Amt", "AmtDtls/TxAmt/Amt" -> {
                if (field.equals("Amt") || detail.amount.isEmpty()) {
                    detail.amount = value;
                    detail.currency = attributeCurrency;
                }
            }
            case "CdtDbtInd" -> detail.credit = value.equals("CRDT");
            case "RmtInf/Ustrd" -> detail.remittance.append(detail.remittance.isEmpty() ? "" : " ").append(value);
            default -> { }
        }
    }

    private void entryEnds() throws RefusedException {
        if (!entry.credit || entry.reversal || !entry.booked) {
            skipped++;
            return;
        }
        if (iban.isEmpty()) {
            throw unreadable("credit without the IBAN of the account");
        }
        if (details.isEmpty()) {
            details.add(new Item());
            details.get(0).credit = true;
        }
        boolean single = details.size() == 1;
        for (Item one : details) {
            if (!one.credit) {
                throw unreadable("debit inside a credit entry");
            }
            if (single) {
                // The entry is what was booked on the account, whatever was instructed.
                one.amount = entry.amount;
                one.currency = entry.currency;
            }
            String reference = firstOf(one.servicer, single ? entry.servicer : "",
                    one.endToEnd.equals("NOTPROVIDED") ? "" : one.endToEnd);
            if (reference.isEmpty() || reference.length() > 70) {
                throw unreadable("credit without a reference of its own");
            }
            if (one.amount.isEmpty() || one.currency.isEmpty()) {
                throw unreadable("credit without an amount of its own");
            }
            credits.add(new CreditNotice.Credit(iban, reference, one.amount, one.currency, one.remittance.toString()));
            if (credits.size() > CREDITS_MAX) {
                throw unreadable("more than " + CREDITS_MAX + " credits");
            }
        }
        if (!single) {
            addUp();
        }
    }

    private void addUp() throws RefusedException {
        try {
            java.math.BigDecimal sum = java.math.BigDecimal.ZERO;
            for (Item one : details) {
                if (one.amount.length() > 30 || !one.currency.equals(entry.currency)) {
                    throw unreadable("details of an entry differ from it");
                }
                sum = sum.add(new java.math.BigDecimal(one.amount));
            }
            if (entry.amount.length() > 30 || sum.compareTo(new java.math.BigDecimal(entry.amount)) != 0) {
                throw unreadable("details do not add up to their entry");
            }
        } catch (NumberFormatException e) {
            throw new RefusedException(BankCode.FILE_UNREADABLE, "amount", e);
        }
    }

    private static String firstOf(String... some) {
        for (String one : some) {
            if (!one.isEmpty()) {
                return one;
            }
        }
        return "";
    }

    private static RefusedException unreadable(String why) {
        return new RefusedException(BankCode.FILE_UNREADABLE, why);
    }
}
