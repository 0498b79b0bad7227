// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.porto.indicium.api.IndiciumCode;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumVerifier;
import org.porto.indicium.api.LoggedDebit;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;

public class SeenPiecesTest {

    private static final LocalDate DAY = LocalDate.of(2026, 11, 22);

    @Rule
    public final TemporaryFolder folder = new TemporaryFolder();

    private static IndiciumData piece(long number) {
        return new IndiciumData(
                new DeviceId("PM000001"), number, 10, 10, Money.ofMils(10, Currency.getInstance("USD")), DAY, "letter");
    }

    @Test
    public void aCopyShowsOverChecksUntilTheWindowIsOver() throws IOException {
        Path file = folder.getRoot().toPath().resolve("seen");
        SeenPieces first = SeenPieces.load(file, DAY, 30);
        assertFalse(first.note(piece(1), DAY, "a b.png").isPresent());
        assertTrue(first.note(piece(1), DAY, "c.png").isPresent());
        first.save(file);
        SeenPieces later = SeenPieces.load(file, DAY.plusDays(30), 30);
        assertEquals(Optional.of("2026-11-22 a b.png"), later.note(piece(1), DAY, "d.png"));
        assertFalse(later.note(piece(2), DAY, "d.png").isPresent());
        assertFalse(SeenPieces.load(file, DAY.plusDays(31), 30).note(piece(1), DAY, "e.png").isPresent());
    }

    @Test
    public void anotherFileIsRefused() throws IOException {
        Path file = Files.writeString(folder.newFile().toPath(), "hello\n");
        assertThrows(IOException.class, () -> SeenPieces.load(file, DAY, 30));
        Files.writeString(file, "yesterday PM000001 1 a.png\n");
        assertThrows(IOException.class, () -> SeenPieces.load(file, DAY, 30));
    }

    /** A scan is its bytes: each byte a piece, 0 is forged, 9 cannot be read. */
    private static final class Bench implements IndiciumVerifier {
        @Override
        public IndiciumData verify(byte[] scanned, byte[] certificate) throws RefusedException {
            if (certificate[0] != 1) {
                throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN);
            }
            if (scanned[0] == 0) {
                throw new RefusedException(IndiciumCode.SIGNATURE_WRONG);
            }
            return piece(scanned[0]);
        }

        @Override
        public LoggedDebit find(IndiciumData data, Path log) {
            throw new UnsupportedOperationException();
        }

        @Override
        public byte[] scan(Path file) {
            throw new UnsupportedOperationException();
        }

        @Override
        public List<byte[]> scanAll(Path file) throws RefusedException {
            try {
                byte[] bytes = Files.readAllBytes(file);
                if (bytes[0] == 9) {
                    throw new RefusedException(IndiciumCode.UNREADABLE);
                }
                return java.util.stream.IntStream.range(0, bytes.length).mapToObj(i -> new byte[] {bytes[i]}).toList();
            } catch (IOException e) {
                throw new RefusedException(IndiciumCode.UNREADABLE, e.getMessage(), e);
            }
        }

        @Override
        public String profile(byte[] scanned) {
            return "bench-1";
        }
    }

    @Test
    public void aFolderIsCheckedFileByFileSymbolBySymbol() throws Exception {
        Files.write(folder.newFile("1.pdf").toPath(), new byte[] {1});
        Files.write(folder.newFile("1.png").toPath(), new byte[] {1});
        Files.write(folder.newFile("2.png").toPath(), new byte[] {2, 3, 1});
        Files.write(folder.newFile("3.png").toPath(), new byte[] {0});
        Files.write(folder.newFile("4.png").toPath(), new byte[] {9});
        Files.write(folder.newFile("note.txt").toPath(), new byte[] {5});
        List<MailCheck.Finding> findings = new MailCheck(
                        new Bench(), List.of(new byte[] {2}, new byte[] {1}), Optional.empty(), new SeenPieces(), DAY)
                .check(folder.getRoot().toPath());
        assertEquals(
                List.of("1.pdf valid", "2.png valid", "2.png valid", "2.png IND-005", "3.png IND-002", "4.png IND-001"),
                findings.stream().map(f -> f.file() + " " + f.verdict()).toList());
    }
}
