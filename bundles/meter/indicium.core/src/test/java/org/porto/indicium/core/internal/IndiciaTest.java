// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Currency;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import javax.imageio.ImageIO;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.crypto.api.CertificateRole;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.SignedIndicium;
import org.porto.indicium.api.SymbolShape;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;

public class IndiciaTest {

    private static final DeviceId METER = new DeviceId("PM000001");
    private static final byte[] CERTIFICATE = {1};

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private BenchKeys bench;
    private Indicia indicia;

    @Before
    public void meter() throws Exception {
        bench = new BenchKeys();
        indicia = indicia("PM000001", CertificateRole.METER);
    }

    @Test
    public void fullIndiciumVerifiesAndSaysWhatWasSigned() throws RefusedException {
        IndiciumData data = data("letter-1oz", 593, 1);
        SignedIndicium signed = indicia.sign("", data);
        assertEquals("full-1", signed.profile());
        assertEquals(43 + 10 + 64, signed.bytes().length);
        assertEquals(data, indicia.verify(signed.bytes(), CERTIFICATE));
        assertEquals(List.of("full-1", "lite-1"), indicia.profiles());
    }

    /** The byte table of docs/protocol/indicium.md. */
    @Test
    public void fullRecordHasItsFieldsWhereTheTableSays() throws RefusedException {
        byte[] record = indicia.sign("full-1", data("letter-1oz", 593, 7)).bytes();
        assertEquals(
                "4101" + "504d303030303031" + "00000007" + "0000000000002710" + "0000000000004e20" + "00000251",
                HexFormat.of().formatHex(record, 0, 34));
        assertEquals(ChronoUnit.DAYS.between(LocalDate.of(2000, 1, 1), LocalDate.of(2026, 11, 22)),
                (record[34] & 0xFF) << 8 | record[35] & 0xFF);
        assertEquals(978, (record[36] & 0xFF) << 8 | record[37] & 0xFF);
        assertEquals(10, record[42]);
    }

    @Test
    public void everyFlippedBitOfTheFullRecordIsRefused() throws RefusedException {
        byte[] record = indicia.sign("full-1", data("letter-1oz", 593, 1)).bytes();
        everyFlippedBitIsRefused(record);
    }

    @Test
    public void everyFlippedBitOfTheLiteRecordIsRefused() throws RefusedException {
        byte[] record = indicia.sign("lite-1", data("letter-1oz", 593, 1)).bytes();
        assertEquals(20, record.length);
        everyFlippedBitIsRefused(record);
    }

    @Test
    public void everyTruncationAndExtensionIsRefused() throws RefusedException {
        byte[] record = indicia.sign("full-1", data("letter-1oz", 593, 1)).bytes();
        for (int length = 0; length <= record.length + 40; length++) {
            if (length != record.length) {
                byte[] other = Arrays.copyOf(record, length);
                assertThrows("length " + length, RefusedException.class, () -> indicia.verify(other, CERTIFICATE));
            }
        }
    }

    /** Field positions of the published IBI-Lite example (its version byte is another). */
    @Test
    public void publishedLiteVectorParses() throws RefusedException {
        byte[] vector = HexFormat.of().parseHex("ff47132700" + "11" + "f50fce" + "960100" + "0000" + "9aca2921e3f1");
        LiteProfile.Fields fields = LiteProfile.parse(vector);
        assertEquals(new LiteProfile.Fields(0xFF, 2_560_839, 0x11, 13_504_501, 406, 0), fields);
    }

    @Test
    public void liteIndiciumVerifies() throws RefusedException {
        SignedIndicium signed = indicia.sign("lite-1", data("letter-1oz", 593, 77));
        IndiciumData read = indicia.verify(signed.bytes(), CERTIFICATE);
        assertEquals(77, read.pieceCount());
        assertEquals(593, read.value().mils());
        assertEquals(METER, read.device());
    }

    @Test
    public void cmacOfTheBenchIsThatOfRfc4493() throws Exception {
        byte[] key = HexFormat.of().parseHex("2b7e151628aed2a6abf7158809cf4f3c");
        assertEquals("bb1d6929e95937287fa37d129b756746", HexFormat.of().formatHex(BenchKeys.cmac(key, new byte[0])));
        assertEquals(
                "070a16b46b4d4144f79bdd9dd04a287c",
                HexFormat.of().formatHex(BenchKeys.cmac(key, HexFormat.of().parseHex("6bc1bee22e409f96e93d7e117393172a"))));
    }

    @Test
    public void implausibleOrForeignIndiciaAreRefused() throws Exception {
        byte[] good = indicia.sign("", data("letter-1oz", 593, 1)).bytes();
        assertCode("IND-003", indicia("PM000002", CertificateRole.METER), good);
        assertCode("IND-003", indicia("PM000001", CertificateRole.MERCHANT), good);
        assertCode("IND-004", indicia, indicia.sign("", data("letter-1oz", 10_001, 1)).bytes());
        assertCode("IND-004", indicia, indicia.sign("", data("letter-1oz", 593, 0)).bytes());
        IndiciumData late = new IndiciumData(
                METER, 1, 10_000, 0, Money.ofMils(593, Currency.getInstance("EUR")), LocalDate.of(2026, 12, 25), "x");
        assertCode("IND-004", indicia, indicia.sign("", late).bytes());
        BenchKeys other = new BenchKeys();
        byte[] forged = new FullProfile(other.crypto(), other.keys()).sign(data("letter-1oz", 593, 1));
        assertCode("IND-003", indicia, forged);
        System.arraycopy(good, 38, forged, 38, 4);
        assertCode("IND-002", indicia, forged);
        assertEquals("IND-006", assertThrows(RefusedException.class, () -> indicia.sign("none", data("x", 1, 1))).code());
        assertEquals("IND-004", assertThrows(RefusedException.class, () -> indicia.sign("", data("X Y", 1, 1))).code());
    }

    @Test
    public void symbolAtTheEdgeOfABusyPictureIsFound() throws Exception {
        byte[] record = indicia.sign("", data("letter-1oz", 593, 1)).bytes();
        assertArrayEquals(record, indicia.scan(picture(record, 6)));
        assertArrayEquals(record, indicia.scan(picture(record, 3)));
    }

    @Test
    public void everyByteValueSurvivesTheSymbol() throws Exception {
        byte[] all = new byte[256];
        for (int i = 0; i < all.length; i++) {
            all[i] = (byte) (i * 167);
        }
        assertArrayEquals(all, indicia.scan(picture(all, 4)));
    }

    @Test
    public void filesWithoutSymbolAreRefused() throws IOException {
        Path empty = Files.write(folder.newFile().toPath(), new byte[0]);
        Path text = Files.writeString(folder.newFile().toPath(), "hello");
        Path pdf = Files.writeString(folder.newFile().toPath(), "%PDF-1.4 broken");
        Path white = folder.newFile().toPath();
        ImageIO.write(new BufferedImage(300, 300, BufferedImage.TYPE_BYTE_GRAY), "png", white.toFile());
        for (Path file : List.of(empty, text, pdf, white, Path.of("/nowhere/at.png"))) {
            assertEquals("IND-001", assertThrows(RefusedException.class, () -> indicia.scan(file)).code());
        }
    }

    private void everyFlippedBitIsRefused(byte[] record) {
        for (int bit = 0; bit < record.length * 8; bit++) {
            byte[] flipped = record.clone();
            flipped[bit / 8] ^= (byte) (1 << bit % 8);
            RefusedException refused =
                    assertThrows("bit " + bit, RefusedException.class, () -> indicia.verify(flipped, CERTIFICATE));
            assertTrue(refused.getMessage(), Set.of("IND-001", "IND-002", "IND-003").contains(refused.code()));
        }
    }

    /** Text symbols of a fixed size, square and oblong, found by the scanner and read by an independent reader. */
    @Test
    public void textSymbolsHaveTheirSizeAndAreRead() throws Exception {
        Map<SymbolShape, Integer> shapes = Map.of(
                new SymbolShape(24, 24, true), 51, new SymbolShape(32, 32, true), 90, new SymbolShape(48, 16, true), 70);
        for (Map.Entry<SymbolShape, Integer> entry : shapes.entrySet()) {
            SymbolShape shape = entry.getKey();
            byte[] text = "PTO 11A0Z9 ".repeat(9).substring(0, entry.getValue()).getBytes(StandardCharsets.US_ASCII);
            DataMatrixSymbol symbol = DataMatrixSymbol.of(text, shape);
            assertEquals(shape.columns(), symbol.columns());
            assertEquals(shape.rows(), symbol.rows());
            Path picture = picture(symbol, 5);
            assertArrayEquals(shape.toString(), text, indicia.scan(picture));
            if (System.getProperty("porto.no.dmtx") == null) {
                Process reader = new ProcessBuilder("dmtxread", "-N1", picture.toString()).start();
                assertArrayEquals(shape.toString(), text, reader.getInputStream().readAllBytes());
            }
        }
    }

    private Path picture(byte[] record, int module) throws IOException {
        return picture(DataMatrixSymbol.of(record, SymbolShape.SMALLEST_SQUARE), module);
    }

    private Path picture(DataMatrixSymbol symbol, int module) throws IOException {
        BufferedImage image = new BufferedImage(1300, 650, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D pen = image.createGraphics();
        pen.setColor(Color.WHITE);
        pen.fillRect(0, 0, 1300, 650);
        pen.setColor(Color.BLACK);
        pen.drawOval(700, 30, 130, 130);
        pen.drawRect(20, 400, 300, 200);
        pen.fillRect(500, 300, 90, 90);
        int left = 1300 - 4 * module - symbol.columns() * module;
        for (int bit = symbol.modules().nextSetBit(0); bit >= 0; bit = symbol.modules().nextSetBit(bit + 1)) {
            pen.fillRect(left + bit % symbol.columns() * module, 20 + bit / symbol.columns() * module, module, module);
        }
        pen.dispose();
        Path file = folder.newFile().toPath();
        ImageIO.write(image, "png", file.toFile());
        return file;
    }

    private Indicia indicia(String subject, CertificateRole role) {
        Indicia made = new Indicia(bench.certificates(subject, role), () -> Instant.parse("2026-11-22T10:00:00Z"));
        made.addProfile(new LiteProfile(bench.crypto(), bench.keys()));
        made.addProfile(new FullProfile(bench.crypto(), bench.keys()));
        return made;
    }

    private static IndiciumData data(String rate, long mils, long piece) {
        return new IndiciumData(
                METER, piece, 10_000, 20_000, Money.ofMils(mils, Currency.getInstance("EUR")), LocalDate.of(2026, 11, 22), rate);
    }

    private static void assertCode(String code, Indicia verifier, byte[] record) {
        assertEquals(code, assertThrows(RefusedException.class, () -> verifier.verify(record, CERTIFICATE)).code());
    }
}
