// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Currency;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.franking.api.FrankRequest;
import org.porto.franking.api.FrankedPiece;
import org.porto.franking.api.FrankingCode;
import org.porto.franking.api.FrankingService;
import org.porto.franking.api.PaymentSource;
import org.porto.franking.api.Spoil;
import org.porto.indicium.api.IndiciumData;
import org.porto.model.api.DeviceId;
import org.porto.model.api.FailureCode;
import org.porto.model.api.PortoException;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;

public class MailRunTest {

    private static final Currency EURO = Currency.getInstance("EUR");
    private static final TransactionId RUN = new TransactionId("0123456789abcdef".repeat(2));

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private final Meter meter = new Meter();

    @Test
    public void goodRowsAreFrankedAndBadOnesNamedByLine() throws Exception {
        MailRun run = run(
                "recipient,street,class,value",
                "Museum,Shoreline,letter-1oz,0.593",
                "\"Two, lines\",x,,1.63",
                "Nobody,x,letter,abc",
                "Nobody,x,letter,-1",
                "Nobody,x,letter,0.5934",
                "Nobody,x,letter?,1",
                "Nobody,x,letter",
                "N".repeat(81) + ",x,letter,1",
                "Too dear,x,letter,99",
                "Last,x,letter,0.61");
        assertEquals(3, run.franked());
        assertEquals(7, run.skipped());
        assertEquals(593 + 1630 + 610, run.totalMils());
        assertEquals(List.of(4L, 5L, 6L, 7L, 8L, 9L, 10L), run.errors().stream().map(MailRun.RowError::line).toList());
        assertEquals(List.of("Museum", "Two, lines", "Last"), meter.recipients());
        assertEquals("letter", meter.pieces.values().stream().toList().get(1).mailClass());
    }

    @Test
    public void classesAreTakenAsPeopleWriteThem() throws Exception {
        run("recipient,value,class", "A,1,Letter 1oz_Metered");
        assertEquals("letter-1oz-metered", meter.pieces.values().iterator().next().mailClass());
    }

    @Test
    public void aByteOrderMarkAndAnEmptyRecipient() throws Exception {
        MailRun run = run("\uFEFFrecipient,value", "A,1", ",1");
        assertEquals(1, run.franked());
        assertEquals(List.of(3L), run.errors().stream().map(MailRun.RowError::line).toList());
    }

    @Test
    public void quotedLineBreaksKeepTheLineNumbersRight() throws Exception {
        MailRun run = run("recipient,street,value", "A,\"two\nlines\",1", "B,x,bad");
        assertEquals(List.of(4L), run.errors().stream().map(MailRun.RowError::line).toList());
    }

    @Test
    public void blankLinesCountAsLinesAndNotAsRows() throws Exception {
        MailRun run = run("recipient,value", "", "", "A,bad", "", "B,bad", "C,1", "");
        assertEquals(List.of(4L, 6L), run.errors().stream().map(MailRun.RowError::line).toList());
        assertEquals(List.of("C"), meter.recipients());
    }

    @Test
    public void aQuoteThatNeverClosesIsOneBadRow() throws Exception {
        MailRun run = run("recipient,value", "A,1", "\"B,1", "C,1");
        assertEquals(List.of(3L), run.errors().stream().map(MailRun.RowError::line).toList());
        assertEquals(List.of("A"), meter.recipients());
    }

    @Test
    public void aFileThatCannotBeReadIsToldBeforeAnythingIsFranked() {
        RefusedException e = assertThrows(RefusedException.class, () -> run("recipient,value", "A,1", "\"B\"x,1", "C,1"));
        assertEquals("FRK-005", e.code());
        assertEquals(List.of(), meter.recipients());
    }

    @Test
    public void repeatedRunDebitsNothingTwice() throws Exception {
        String[] rows = {"Recipient,Value", "A,1", "B,2"};
        run(rows);
        run(rows);
        assertEquals(2, meter.pieces.size());
        assertEquals(2, meter.debits);
    }

    @Test
    public void failureThatIsNoRowsOwnStopsTheRunWithItsCounts() throws Exception {
        meter.fundsMils = 1500;
        Path file = file("recipient,value", "A,1", "B,1", "C,0.1");
        MailRun run = new MailRun(meter, EURO, RUN, PaymentSource.REGISTERS, "", rows -> {});
        assertEquals("REG-004", assertThrows(RefusedException.class, () -> run.frank(file)).code());
        assertEquals(1, run.franked());
        assertEquals(1, meter.debits);
        meter.fundsMils = 9000;
        MailRun again = new MailRun(meter, EURO, RUN, PaymentSource.REGISTERS, "", rows -> {});
        again.frank(file);
        assertEquals(3, again.franked());
        assertEquals(3, meter.debits);
    }

    @Test
    public void freshSpoilStopsTheRunAndAnOldOneDoesNot() throws Exception {
        Path file = file("recipient,value", "A,1", "Jam,1", "C,1");
        MailRun run = new MailRun(meter, EURO, RUN, PaymentSource.REGISTERS, "", rows -> {});
        assertEquals("FRK-002", assertThrows(RefusedException.class, () -> run.frank(file)).code());
        assertEquals(1, run.spoiled());
        MailRun again = new MailRun(meter, EURO, RUN, PaymentSource.REGISTERS, "", rows -> {});
        again.frank(file);
        assertEquals(2, again.franked());
        assertEquals(1, again.spoiled());
        assertEquals(3L, again.errors().get(0).line());
    }

    @Test
    public void fileWithoutHeadingOrFileIsRefused() throws Exception {
        for (String head : List.of("who,what", "recipient,street", "")) {
            Path file = file(head, "A,1");
            MailRun run = new MailRun(meter, EURO, RUN, PaymentSource.REGISTERS, "", rows -> {});
            assertEquals(head, "FRK-005", assertThrows(RefusedException.class, () -> run.frank(file)).code());
        }
        MailRun run = new MailRun(meter, EURO, RUN, PaymentSource.REGISTERS, "", rows -> {});
        assertEquals(
                "FRK-005", assertThrows(RefusedException.class, () -> run.frank(Path.of("/nowhere.csv"))).code());
        assertEquals(0, meter.debits);
    }

    @Test
    public void resultIsOneJsonObject() throws Exception {
        MailRun run = run("recipient,value", "A,1", "\"Q\"\"uote\",x");
        int depth = 0;
        try (JsonParser parser = new JsonFactory().createParser(run.json())) {
            while (parser.nextToken() != null) {
                depth = Math.max(depth, parser.getParsingContext().getNestingDepth());
            }
        }
        assertEquals(3, depth);
        assertTrue(run.json(), run.json().startsWith("{\"run\":\"" + RUN + "\",\"franked\":1,\"skipped\":1,\"total\":1000,"));
    }

    private MailRun run(String... lines) throws IOException, PortoException {
        MailRun run = new MailRun(meter, EURO, RUN, PaymentSource.REGISTERS, "", rows -> {});
        run.frank(file(lines));
        return run;
    }

    private Path file(String... lines) throws IOException {
        return Files.write(folder.newFile().toPath(), String.join("\n", lines).getBytes(StandardCharsets.UTF_8));
    }

    /** A meter that remembers by id. */
    private static final class Meter implements FrankingService {
        final Map<TransactionId, FrankRequest> pieces = new LinkedHashMap<>();
        long fundsMils = Long.MAX_VALUE;
        final List<Spoil> spoils = new ArrayList<>();
        int debits;

        private enum Code implements FailureCode {
            FUNDS("REG-004"),
            LIMIT("REG-002");

            private final String code;

            Code(String code) {
                this.code = code;
            }

            @Override
            public String code() {
                return code;
            }

            @Override
            public String meaning() {
                return "no";
            }
        }

        List<String> recipients() {
            return pieces.values().stream().map(FrankRequest::recipient).toList();
        }

        @Override
        public FrankedPiece frank(FrankRequest request) throws RefusedException {
            FrankRequest known = pieces.get(request.transaction());
            if (known != null && !known.equals(request)) {
                throw new RefusedException(FrankingCode.ID_TAKEN);
            }
            if (request.recipient().equals("Jam")) {
                if (spoils.stream().noneMatch(s -> s.transaction().equals(request.transaction()))) {
                    spoils.add(new Spoil(request.transaction(), 1, request.value().mils(), Instant.EPOCH, "jam"));
                }
                throw new RefusedException(FrankingCode.PRINT_SPOILED);
            }
            if (known == null) {
                if (request.value().mils() > 50_000) {
                    throw new RefusedException(Code.LIMIT);
                }
                if (request.value().mils() > fundsMils) {
                    throw new RefusedException(Code.FUNDS);
                }
                fundsMils -= request.value().mils();
                debits++;
                pieces.put(request.transaction(), request);
            }
            IndiciumData data = new IndiciumData(
                    new DeviceId("PM000001"), debits, 0, 0, request.value(), LocalDate.EPOCH, request.mailClass());
            return new FrankedPiece(request.transaction(), data, new byte[1], request.source(), List.of("out.pdf"));
        }

        @Override
        public List<Spoil> spoils() {
            return List.copyOf(spoils);
        }

        @Override
        public List<byte[]> unacknowledgedReceipts() {
            return List.of();
        }

        @Override
        public void acknowledgeReceipts(Collection<String> digests) {}
    }
}
