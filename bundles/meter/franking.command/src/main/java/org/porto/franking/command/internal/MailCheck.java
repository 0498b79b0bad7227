// SPDX-License-Identifier: Apache-2.0
package org.porto.franking.command.internal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.porto.indicium.api.IndiciumCode;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumVerifier;
import org.porto.model.api.RefusedException;

/** Checks what was scanned: every file of a folder, every symbol of a file, against certificates, a register log and what was seen before. */
final class MailCheck {

    private static final int FILES_MAX = 100_000;
    private static final int CERTIFICATES_MAX = 1_000;
    private static final int CERTIFICATE_BYTES_MAX = 16_384;

    /** @param verdict {@code valid} or a code; @param data empty when nothing could be read */
    record Finding(String file, String verdict, String detail, Optional<IndiciumData> data, String profile) {}

    private final IndiciumVerifier verifier;
    private final List<byte[]> certificates;
    private final Optional<Path> log;
    private final SeenPieces seen;
    private final LocalDate today;

    MailCheck(IndiciumVerifier verifier, List<byte[]> certificates, Optional<Path> log, SeenPieces seen, LocalDate today) {
        this.verifier = verifier;
        this.certificates = certificates;
        this.log = log;
        this.seen = seen;
        this.today = today;
    }

    /** A certificate, or every certificate of a folder: {@code *.der}, {@code *.pem}, {@code *.crt}. */
    static List<byte[]> certificates(Path place) throws RefusedException {
        List<byte[]> found = new ArrayList<>();
        try {
            for (Path file : files(place, "der|pem|crt|cer", CERTIFICATES_MAX)) {
                if (Files.size(file) > CERTIFICATE_BYTES_MAX) {
                    throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN, file + " is too large for a certificate");
                }
                found.add(Pem.unwrap(Files.readAllBytes(file)));
            }
        } catch (IOException e) {
            throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN, place + " cannot be read", e);
        }
        return found;
    }

    private static List<Path> files(Path place, String endings, int most) throws IOException {
        if (!Files.isDirectory(place)) {
            return List.of(place);
        }
        try (Stream<Path> all = Files.list(place)) {
            return all.filter(Files::isRegularFile)
                    .filter(f -> f.toString().toLowerCase(Locale.ROOT).matches(".*\\.(" + endings + ")"))
                    .sorted()
                    .limit(most)
                    .toList();
        }
    }

    /** A PDF and a PNG of one job side by side are one sheet: the PNG is left out where its PDF is there. */
    List<Finding> check(Path place) throws RefusedException {
        List<Finding> findings = new ArrayList<>();
        try {
            for (Path file : files(place, "png|pdf|jpg|jpeg|gif|bmp", FILES_MAX)) {
                String name = file.getFileName().toString();
                boolean copy = name.endsWith(".png") && Files.isDirectory(place)
                        && Files.exists(file.resolveSibling(name.replaceFirst("png$", "pdf")));
                if (!copy) {
                    findings.addAll(checkFile(file));
                }
            }
        } catch (IOException e) {
            throw new RefusedException(IndiciumCode.UNREADABLE, place + ": " + e.getMessage(), e);
        }
        return findings;
    }

    private List<Finding> checkFile(Path file) {
        String name = file.getFileName().toString();
        try {
            List<Finding> findings = new ArrayList<>();
            for (byte[] symbol : verifier.scanAll(file)) {
                findings.add(checkSymbol(name, symbol));
            }
            return findings;
        } catch (RefusedException e) {
            return List.of(new Finding(name, e.code(), e.getMessage(), Optional.empty(), ""));
        }
    }

    private Finding checkSymbol(String file, byte[] symbol) {
        String profile = "";
        Optional<IndiciumData> data = Optional.empty();
        try {
            profile = verifier.profile(symbol);
            data = Optional.of(open(symbol));
            String detail = "";
            if (log.isPresent()) {
                detail = "register record " + verifier.find(data.get(), log.get()).sequence();
            }
            Optional<String> before = seen.note(data.get(), today, file);
            if (before.isPresent()) {
                return new Finding(file, IndiciumCode.DUPLICATE.code(), "seen " + before.get(), data, profile);
            }
            return new Finding(file, "valid", detail, data, profile);
        } catch (RefusedException e) {
            return new Finding(file, e.code(), e.getMessage(), data, profile);
        }
    }

    /** With the certificate that fits; a wrong signature under the right one goes before "not of this device" under the others. */
    private IndiciumData open(byte[] symbol) throws RefusedException {
        RefusedException refusal = new RefusedException(IndiciumCode.DEVICE_UNKNOWN, "no certificate");
        for (byte[] certificate : certificates) {
            try {
                return verifier.verify(symbol, certificate);
            } catch (RefusedException e) {
                if (!e.code().equals(IndiciumCode.DEVICE_UNKNOWN.code()) || certificates.size() == 1) {
                    throw e;
                }
                refusal = e;
            }
        }
        throw refusal;
    }
}
