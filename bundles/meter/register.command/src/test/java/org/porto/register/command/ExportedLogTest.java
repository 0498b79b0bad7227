// SPDX-License-Identifier: Apache-2.0
package org.porto.register.command;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Currency;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.LoggedDebit;
import org.porto.indicium.core.internal.Indicia;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;
import org.porto.model.api.TransactionId;
import org.porto.register.api.RegisterOperation;
import org.porto.register.api.RegisterReader;
import org.porto.register.api.Registers;

/** From the real vault through the exported file to the verifier that shares no code with it (rules V3, F4). */
public class ExportedLogTest {

    private static final Pattern FIELD = Pattern.compile("\"(\\w+)\":(\"[^\"]*\"|\\d+)");
    private static final long ALL = Long.MAX_VALUE;

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private RealVault meter;
    private Path file;
    private Registers first;
    private Registers second;
    private TransactionId secondId;

    /** Every kind that moves value, two pieces, and a new key in between. */
    @Before
    public void history() throws Exception {
        meter = new RealVault(folder.getRoot().toPath());
        file = folder.getRoot().toPath().resolve("log.jsonl");
        meter.operational();
        meter.post(new RegisterOperation.Frank(740, "letter-1oz"));
        first = meter.vault.registers();
        TransactionId out = meter.post(new RegisterOperation.TransferOut(10_000, 50, "CARD0001"));
        TransactionId undone = meter.post(new RegisterOperation.TransferOut(20_000, 0, "CARD0001"));
        meter.vault.rollKey(new TransactionId("f".repeat(32)));
        meter.post(new RegisterOperation.TransferDone(out));
        meter.post(new RegisterOperation.TransferUndone(undone));
        secondId = meter.post(new RegisterOperation.FrankByCard(1_250, "parcel", "CARD0001"));
        second = meter.vault.registers();
        meter.post(new RegisterOperation.Lock("inspection, by hand"));
        meter.post(new RegisterOperation.Unlock());
    }

    @After
    public void close() throws Exception {
        meter.close();
    }

    @Test
    public void bothPiecesAreFoundInTheWholeLog() throws Exception {
        assertEquals(12, export(1, ALL));
        LoggedDebit debit = find(indicium(first, 740, "letter-1oz"));
        assertEquals(4, debit.sequence());
        assertEquals("frank", debit.kind());
        assertEquals(12, debit.logRecords());
        LoggedDebit byCard = find(indicium(second, 1_250, "parcel"));
        assertEquals("frank-by-card", byCard.kind());
        assertEquals(secondId, byCard.transaction());
    }

    @Test
    public void aPartOfTheLogIsCheckedOnItsOwn() throws Exception {
        assertEquals(7, export(6, ALL));
        assertEquals(10, find(indicium(second, 1_250, "parcel")).sequence());
        assertEquals("IND-007", refusal(indicium(first, 740, "letter-1oz")));
        Files.delete(file);
        assertEquals(3, export(1, 3));
        assertEquals("IND-007", refusal(indicium(first, 740, "letter-1oz")));
        Files.delete(file);
        assertEquals(0, export(13, ALL));
        assertEquals("IND-007", refusal(indicium(first, 740, "letter-1oz")));
    }

    @Test
    public void anIndiciumThatSaysOtherwiseIsRefused() throws Exception {
        export(1, ALL);
        IndiciumData good = indicium(first, 740, "letter-1oz");
        assertEquals("IND-008", refusal(indicium(first, 741, "letter-1oz")));
        assertEquals("IND-008", refusal(indicium(first, 740, "letter-2oz")));
        assertEquals("IND-008", refusal(new IndiciumData(
                good.device(), good.pieceCount(), good.ascendingMils() + 1, good.descendingMils(), good.value(), good.date(), good.rate())));
        assertEquals("IND-008", refusal(new IndiciumData(
                good.device(), good.pieceCount(), good.ascendingMils(), good.descendingMils() - 1, good.value(), good.date(), good.rate())));
        assertEquals("IND-008", refusal(new IndiciumData(
                good.device(), good.pieceCount(), good.ascendingMils(), good.descendingMils(),
                Money.ofMils(740, Currency.getInstance("EUR")), good.date(), good.rate())));
        assertEquals("IND-007", refusal(new IndiciumData(
                good.device(), 3, good.ascendingMils(), good.descendingMils(), good.value(), good.date(), good.rate())));
        assertEquals("IND-009", refusal(new IndiciumData(
                new DeviceId("PM000002"), good.pieceCount(), good.ascendingMils(), good.descendingMils(), good.value(), good.date(),
                good.rate())));
    }

    /** lite-1 says count and value only. */
    @Test
    public void theShortProfileIsComparedAsFarAsItSpeaks() throws Exception {
        export(1, ALL);
        Money value = Money.ofMils(740, Currency.getInstance("XXX"));
        assertEquals(4, find(new IndiciumData(
                RealVault.DEVICE, 1, 0, 0, value, LocalDate.EPOCH, "service-0001")).sequence());
    }

    @Test
    public void everyChangedFieldIsFound() throws Exception {
        export(1, ALL);
        IndiciumData good = indicium(first, 740, "letter-1oz");
        find(good);
        String whole = Files.readString(file);
        Matcher field = FIELD.matcher(whole);
        int changed = 0;
        while (field.find()) {
            String value = field.group(2);
            String other = value.startsWith("\"") ? "\"" + changedText(value.substring(1, value.length() - 1)) + "\"" : "7" + value;
            Files.writeString(file, whole.substring(0, field.start(2)) + other + whole.substring(field.end(2)));
            RefusedException refused = assertThrows(field.group() + " to " + other, RefusedException.class, () -> find(good));
            assertEquals(field.group() + " to " + other, "IND-009", refused.code());
            changed++;
        }
        assertTrue("fields changed: " + changed, changed > 12 * 28);
    }

    private static String changedText(String text) {
        if (text.isEmpty()) {
            return "00".repeat(16);
        }
        char last = text.charAt(text.length() - 1);
        return text.endsWith("Z")
                ? text.replaceFirst("^[0-9]{4}", "2031")
                : text.substring(0, text.length() - 1) + (char) (last == '0' ? '1' : last == '9' ? '8' : last + 1);
    }

    @Test
    public void aMissingMovedOrAddedLineIsFound() throws Exception {
        export(1, ALL);
        IndiciumData good = indicium(first, 740, "letter-1oz");
        List<String> lines = Files.readAllLines(file);
        assertEquals(14, lines.size());
        for (int i = 0; i < lines.size(); i++) {
            List<String> fewer = new ArrayList<>(lines);
            fewer.remove(i);
            Files.write(file, fewer);
            assertEquals("without line " + (i + 1), "IND-009", refusal(good));
            List<String> more = new ArrayList<>(lines);
            more.add(i, lines.get(i));
            Files.write(file, more);
            assertEquals("line " + (i + 1) + " twice", "IND-009", refusal(good));
        }
        byte[] whole = String.join("\n", lines).getBytes(java.nio.charset.StandardCharsets.UTF_8);
        for (int length = 0; length < whole.length; length += 7) {
            Files.write(file, java.util.Arrays.copyOf(whole, length));
            assertEquals("cut at " + length, "IND-009", refusal(good));
        }
        Files.delete(file);
        assertEquals("IND-009", refusal(good));
        Files.writeString(file, "[".repeat(100_000));
        assertEquals("IND-009", refusal(good));
        Files.writeString(file, "{\"a\":\"" + "x".repeat(1_000_000) + "\"}");
        assertEquals("IND-009", refusal(good));
    }

    @Test
    public void aFileThatIsThereStaysUnlessForced() throws Exception {
        Files.writeString(file, "kept");
        assertEquals("CON-004", assertThrows(RefusedException.class, () -> export(1, ALL)).code());
        assertEquals("kept", Files.readString(file));
        new LogExport(meter.vault, RealVault.DEVICE).write(file, 1, ALL, true, (at, of) -> {});
        find(indicium(first, 740, "letter-1oz"));
    }

    @Test
    public void nothingIsLeftOfAnExportThatFails() throws Exception {
        assertEquals("CON-003", assertThrows(RefusedException.class, () -> export(0, ALL)).code());
        assertEquals("CON-003", assertThrows(RefusedException.class, () -> export(14, ALL)).code());
        assertEquals("CON-003", assertThrows(RefusedException.class, () -> export(5, 3)).code());
        Path nowhere = folder.getRoot().toPath().resolve("none/log");
        LogExport export = new LogExport(meter.vault, RealVault.DEVICE);
        assertEquals("CON-005",
                assertThrows(RefusedException.class, () -> export.write(nowhere, 1, ALL, false, (at, of) -> {})).code());
        RegisterReader gap = (RegisterReader) java.lang.reflect.Proxy.newProxyInstance(
                getClass().getClassLoader(), new Class<?>[] {RegisterReader.class}, (self, method, arguments) ->
                        method.getName().equals("registers") ? meter.vault.registers() : meter.vault.log(2, 1000));
        assertEquals("REG-018", assertThrows(RefusedException.class,
                () -> new LogExport(gap, RealVault.DEVICE).write(file, 1, ALL, false, (at, of) -> {})).code());
        assertFalse(Files.exists(file));
        assertFalse(Files.exists(file.resolveSibling("log.jsonl.part")));
    }

    private long export(long from, long to) throws RefusedException {
        return new LogExport(meter.vault, RealVault.DEVICE).write(file, from, to, false, (at, of) -> {});
    }

    private static IndiciumData indicium(Registers after, long value, String rate) {
        return new IndiciumData(
                RealVault.DEVICE, after.pieceCount(), after.ascending(), after.descending(), Money.ofMils(value, RealVault.USD),
                LocalDate.EPOCH, rate);
    }

    private LoggedDebit find(IndiciumData data) throws RefusedException {
        return new Indicia(null, InstantSource.system()).find(data, file);
    }

    private String refusal(IndiciumData data) {
        return assertThrows(RefusedException.class, () -> find(data)).code();
    }
}
