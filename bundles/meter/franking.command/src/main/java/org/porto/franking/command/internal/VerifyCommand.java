// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
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
@Command(scope = "indicium", name = "verify", description = "Check scanned or printed indicia: one, a scan with several, a folder")
public final class VerifyCommand implements Action {

    private static final Pattern HEX = Pattern.compile("([0-9a-fA-F]{2}){16,1024}");

    @Argument(name = "indicium", description = "PNG or PDF file, a folder of them, or the symbol's bytes in hex", required = true)
    @Completion(FileCompleter.class)
    private String indicium = "";

    @Option(name = "--certificate", description = "The meter's X.509 certificate, DER or PEM, or a folder of several meters'; default this meter's own")
    private String certificate = "";

    @Option(
            name = "--log",
            description = "Register log as register:export wrote it: the piece's debit must be in it, and its chain whole")
    @Completion(FileCompleter.class)
    private String log = "";

    @Option(name = "--all", description = "Every indicium in the file, one row each; a folder is always checked so")
    private boolean all;

    @Option(name = "--seen", description = "File that remembers the pieces seen, so that a copy shows in a later check; made when missing")
    @Completion(FileCompleter.class)
    private String seen = "";

    @Option(name = "--window", description = "Days that a piece is remembered, 1 to 3660")
    private int window = 90;

    @Option(name = "--json", description = "One JSON object, or an array of rows for a folder; amounts in mils")
    private boolean json;

    @Option(name = "--no-format", description = "Table without borders")
    private boolean noFormat;

    @Reference
    private IndiciumVerifier verifier;

    @Reference
    private KeyService keys;

    @Reference
    private Session session;

    @Reference
    private InstantSource time;

    @Override
    public Object execute() throws RefusedException {
        if (!HEX.matcher(indicium).matches() && (all || !seen.isEmpty() || Files.isDirectory(Path.of(indicium)))) {
            return checkAll();
        }
        byte[] scanned =
                HEX.matcher(indicium).matches() ? HexFormat.of().parseHex(indicium) : verifier.scan(Path.of(indicium));
        IndiciumData data = verifier.verify(scanned, certificates().get(0));
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
                verifier.profile(scanned)));
        debit.ifPresent(d -> {
            keys.addAll(List.of("logSequence", "logTransaction", "logKind", "logTime", "logRecords"));
            values.addAll(List.of(d.sequence(), d.transaction().value(), d.kind(), d.time().toString(), d.logRecords()));
        });
        new Listing(keys.toArray(new String[0])).row(values.toArray()).printOne(session.getConsole(), json);
        return null;
    }

    /** Fails behind the report when a row is not valid. */
    private Object checkAll() throws RefusedException {
        if (window < 1 || window > 3660) {
            throw new RefusedException(IndiciumCode.UNREADABLE, "--window is 1 to 3660 days");
        }
        LocalDate today = LocalDate.ofInstant(time.instant(), ZoneOffset.UTC);
        List<MailCheck.Finding> findings;
        try {
            SeenPieces pieces = seen.isEmpty() ? new SeenPieces() : SeenPieces.load(Path.of(seen), today, window);
            Optional<Path> logFile = log.isEmpty() ? Optional.empty() : Optional.of(Path.of(log));
            findings = new MailCheck(verifier, certificates(), logFile, pieces, today).check(Path.of(indicium));
            if (!seen.isEmpty()) {
                pieces.save(Path.of(seen));
            }
        } catch (IOException e) {
            throw new RefusedException(IndiciumCode.UNREADABLE, e.getMessage(), e);
        }
        Listing listing = new Listing("file", "verdict", "device", "pieceCount", "value", "date", "rate", "profile", "detail");
        for (MailCheck.Finding f : findings) {
            listing.row(
                    f.file(),
                    f.verdict(),
                    f.data().map(d -> d.device().value()).orElse(""),
                    f.data().map(IndiciumData::pieceCount).orElse(0L),
                    Listing.mils(f.data().map(d -> d.value().mils()).orElse(0L)),
                    f.data().map(d -> d.date().toString()).orElse(""),
                    f.data().map(IndiciumData::rate).orElse(""),
                    f.profile(),
                    f.detail());
        }
        listing.print(session.getConsole(), json, noFormat);
        Map<String, Long> counts = findings.stream()
                .collect(Collectors.groupingBy(MailCheck.Finding::verdict, TreeMap::new, Collectors.counting()));
        if (!json) {
            session.getConsole().println(findings.size() + " indicia: " + counts);
        }
        MailCheck.Finding bad = findings.stream().filter(f -> !f.verdict().equals("valid")).findFirst().orElse(null);
        if (bad != null) {
            IndiciumCode code = Arrays.stream(IndiciumCode.values())
                    .filter(c -> c.code().equals(bad.verdict()))
                    .findFirst()
                    .orElse(IndiciumCode.UNREADABLE);
            throw new RefusedException(code, "not all is valid: " + counts + ", first " + bad.file());
        }
        return null;
    }

    private List<byte[]> certificates() throws RefusedException {
        if (certificate.isEmpty()) {
            return List.of(keys.certificate("device")
                    .orElseThrow(() -> new RefusedException(IndiciumCode.DEVICE_UNKNOWN, "this meter is not enrolled")));
        }
        List<byte[]> found = MailCheck.certificates(Path.of(certificate));
        if (found.isEmpty()) {
            throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN, "no certificate in " + certificate);
        }
        return found;
    }
}
