// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.apache.karaf.shell.api.action.Action;
import org.apache.karaf.shell.api.action.Argument;
import org.apache.karaf.shell.api.action.Command;
import org.apache.karaf.shell.api.action.Completion;
import org.apache.karaf.shell.api.action.Option;
import org.apache.karaf.shell.api.action.lifecycle.Reference;
import org.apache.karaf.shell.api.action.lifecycle.Service;
import org.apache.karaf.shell.api.console.Session;
import org.apache.karaf.shell.support.completers.FileCompleter;
import org.porto.console.api.Listing;
import org.porto.indicium.api.IndiciumCode;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumVerifier;
import org.porto.indicium.api.LoggedDebit;
import org.porto.keys.api.KeyService;
import org.porto.model.api.RefusedException;

@Service
@Command(scope = "indicium", name = "verify", description = "Check a scanned or printed indicium")
public final class VerifyCommand implements Action {

    static final int LITE_BYTES = 20;
    private static final int CERTIFICATE_BYTES_MAX = 16_384;
    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2}){16,1024}");

    @Argument(name = "indicium", description = "PNG or PDF file, or the symbol's bytes in hex", required = true)
    @Completion(FileCompleter.class)
    private String indicium = "";

    @Option(name = "--certificate", description = "The meter's X.509 certificate, DER or PEM; default this meter's own")
    private String certificate = "";

    @Option(
            name = "--log",
            description = "Register log as register:export wrote it: the piece's debit must be in it, and its chain whole")
    @Completion(FileCompleter.class)
    private String log = "";

    @Option(name = "--json", description = "One JSON object, amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Accepted everywhere; this output has no borders")
    private boolean noFormat;

    @Reference
    private IndiciumVerifier verifier;

    @Reference
    private KeyService keys;

    @Reference
    private Session session;

    @Override
    public Object execute() throws RefusedException {
        byte[] scanned =
                HEX.matcher(indicium).matches() ? HexFormat.of().parseHex(indicium) : verifier.scan(Path.of(indicium));
        IndiciumData data = verifier.verify(scanned, meterCertificate());
        Optional<LoggedDebit> debit = log.isEmpty() ? Optional.empty() : Optional.of(verifier.find(data, Path.of(log)));
        List<String> keys = new ArrayList<>(
                List.of("verdict", "device", "pieceCount", "value", "currency", "date", "rate", "profile"));
        List<Object> values = new ArrayList<>(List.of(
                "valid",
                data.device().value(),
                data.pieceCount(),
                Listing.mils(data.value().mils()),
                data.value().currency().getCurrencyCode(),
                data.date().toString(),
                data.rate(),
                scanned.length == LITE_BYTES ? "lite-1" : "full-1"));
        debit.ifPresent(d -> {
            keys.addAll(List.of("logSequence", "logTransaction", "logKind", "logTime", "logRecords"));
            values.addAll(List.of(d.sequence(), d.transaction().value(), d.kind(), d.time().toString(), d.logRecords()));
        });
        new Listing(keys.toArray(new String[0])).row(values.toArray()).printOne(session.getConsole(), json);
        return null;
    }

    private byte[] meterCertificate() throws RefusedException {
        if (certificate.isEmpty()) {
            return keys.certificate("device")
                    .orElseThrow(() -> new RefusedException(IndiciumCode.DEVICE_UNKNOWN, "this meter is not enrolled"));
        }
        Path file = Path.of(certificate);
        try {
            if (Files.size(file) > CERTIFICATE_BYTES_MAX) {
                throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN, file + " is too large for a certificate");
            }
            return Pem.unwrap(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN, file + " cannot be read", e);
        }
    }
}
