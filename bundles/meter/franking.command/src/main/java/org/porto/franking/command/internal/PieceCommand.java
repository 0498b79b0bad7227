// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.util.HexFormat;
import java.util.Locale;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.porto.console.api.Listing;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.FrankedPiece;
import org.porto.franking.api.FrankingService;
import org.porto.franking.api.PaymentSource;
import org.porto.indicium.api.IndiciumSigner;
import org.porto.meter.api.MeterIdentity;
import org.porto.model.api.Money;
import org.porto.model.api.PortoException;

@Service
@Command(scope = "frank", name = "piece", description = "Frank one piece of mail")
public final class PieceCommand implements Action {

    @Argument(name = "value", description = "Postage, decimal of the major unit", required = true)
    private String value = "";

    @Option(name = "--class", description = "Mail class, 1 to 32 of a-z 0-9 -")
    private String mailClass = "letter";

    @Option(name = "--recipient", description = "Printed on the piece; commas break lines")
    private String recipient = "";

    @Option(name = "--card", description = "The inserted card pays, not the meter")
    private boolean card;

    @Option(name = "--printer", description = "Printer, default the best one")
    private String printer = "";

    @Option(name = "--profile", description = "Indicium profile, default the first one")
    @Completion(ProfileCompleter.class)
    private String profile = "";

    @Option(name = "--id", description = "Transaction id, 32 hex digits, default a fresh one")
    private String id = "";

    @Option(name = "--json", description = "One JSON object, amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Accepted everywhere; this output has no borders")
    private boolean noFormat;

    @Reference
    private FrankingService franking;

    @Reference
    private IndiciumSigner indicia;

    @Reference
    private MeterIdentity meter;

    @Reference
    private Session session;

    @Override
    public Object execute() throws PortoException {
        FrankedPiece piece = franking.frank(new FrankRequest(
                Ids.given(id),
                Money.parse(value, meter.currency()),
                mailClass,
                recipient,
                card ? PaymentSource.CARD : PaymentSource.REGISTERS,
                printer,
                profile));
        String made = profile.isEmpty() ? indicia.profiles().get(0) : profile;
        if (json) {
            session.getConsole().println(json(piece, made));
        } else {
            new Listing("transaction", "pieceCount", "value", "source", "profile", "indicium", "outputs")
                    .row(
                            piece.transaction().value(),
                            piece.data().pieceCount(),
                            Listing.mils(piece.data().value().mils()),
                            piece.source().name().toLowerCase(Locale.ROOT),
                            made,
                            HexFormat.of().formatHex(piece.indicium()),
                            String.join(" ", piece.outputs()))
                    .printOne(session.getConsole(), false);
        }
        return null;
    }

    static String json(FrankedPiece piece, String profile) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = new JsonFactory().createGenerator(text)) {
            json.writeStartObject();
            json.writeStringField("transaction", piece.transaction().value());
            json.writeNumberField("pieceCount", piece.data().pieceCount());
            json.writeNumberField("value", piece.data().value().mils());
            json.writeStringField("source", piece.source().name().toLowerCase(Locale.ROOT));
            json.writeStringField("profile", profile);
            json.writeStringField("indicium", HexFormat.of().formatHex(piece.indicium()));
            json.writeArrayFieldStart("outputs");
            for (String output : piece.outputs()) {
                json.writeString(output);
            }
            json.writeEndArray();
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return text.toString();
    }
}
