// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.profile.text.internal;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Currency;
import java.util.Locale;
import java.util.Optional;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SymmetricKey;
import org.porto.indicium.api.IndiciumCode;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumProfile;
import org.porto.indicium.api.SymbolShape;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;

/**
 * Fields of fixed width in capitals, digits and blanks, as many as fill the symbol in C40. Field widths are those of Royal Mail's Mailmark 2D
 * (types 7, 9 and 29); contents are ours, and no conformance is claimed. Table: docs/protocol/indicium.md.
 */
class TextRecord implements IndiciumProfile {

    static final String PREFIX = "PTO 11";
    static final String KEY = "indicium-mac";
    /** Everything but the customer's field at the end, which holds the MAC and what else there is room for. */
    static final int HEAD = 45;
    private static final Currency CURRENCY_UNSAID = Currency.getInstance("XXX");
    private static final LocalDate DAY_ZERO = LocalDate.of(2000, 1, 1);
    private static final int KEY_VERSION_MAX = 36 * 36 - 1;

    private final String name;
    private final SymbolShape shape;
    private final int length;
    private final boolean saysRegisters;
    private final CryptoService crypto;
    private final KeyService keys;

    /** @param length characters in all; @param saysRegisters whether both registers stand before the MAC, 12 characters each */
    TextRecord(
            String name, SymbolShape shape, int length, boolean saysRegisters, CryptoService crypto, KeyService keys) {
        this.name = name;
        this.shape = shape;
        this.length = length;
        this.saysRegisters = saysRegisters;
        this.crypto = crypto;
        this.keys = keys;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final SymbolShape shape() {
        return shape;
    }

    @Override
    public final boolean saysAll() {
        return false;
    }

    @Override
    public final boolean claims(byte[] record) {
        return record.length == length && new String(record, StandardCharsets.ISO_8859_1).startsWith(PREFIX);
    }

    @Override
    public final byte[] sign(IndiciumData data) throws RefusedException {
        int version = keys.current(KEY).map(KeyInfo::version).orElse(1);
        SymmetricKey key = keys.symmetricKey(KEY);
        StringBuilder text = new StringBuilder(PREFIX);
        text.append(letter(data.rate()));
        text.append(hashed(data.device().value(), 7));
        text.append(decimal("piece count", data.pieceCount(), 8));
        text.append(decimal("value", data.value().mils(), 9));
        text.append('0');
        text.append(decimal("date", ChronoUnit.DAYS.between(DAY_ZERO, data.date()), 5));
        text.append(base36("key version", version, 2, KEY_VERSION_MAX));
        text.append(hashed(data.rate(), 6));
        if (saysRegisters) {
            text.append(decimal("ascending", data.ascendingMils(), 12)).append(decimal("descending", data.descendingMils(), 12));
        }
        text.append(mac(key, text.toString(), data.device()));
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    @Override
    public final IndiciumData open(byte[] record, DeviceId meter, byte[] publicKey) throws RefusedException {
        if (!claims(record)) {
            throw new RefusedException(IndiciumCode.UNREADABLE, "not a " + name + " record");
        }
        String text = new String(record, StandardCharsets.ISO_8859_1);
        if (!text.substring(7, 14).equals(hashed(meter.value(), 7))) {
            throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN, "indicium is not by " + meter);
        }
        int macAt = HEAD + (saysRegisters ? 24 : 0);
        int version = (int) number(text, 37, 39, 36);
        int newest = keys.current(KEY).map(KeyInfo::version).orElse(0);
        if (version < 1 || version > newest) {
            throw new RefusedException(IndiciumCode.SIGNATURE_WRONG, "key version " + version);
        }
        String good = mac(keys.symmetricKey(KEY, version), text.substring(0, macAt), meter);
        if (!MessageDigest.isEqual(
                good.getBytes(StandardCharsets.US_ASCII), text.substring(macAt).getBytes(StandardCharsets.ISO_8859_1))) {
            throw new RefusedException(IndiciumCode.SIGNATURE_WRONG);
        }
        return new IndiciumData(
                meter,
                number(text, 14, 22, 10),
                saysRegisters ? number(text, HEAD, HEAD + 12, 10) : 0,
                saysRegisters ? number(text, HEAD + 12, HEAD + 24, 10) : 0,
                Money.ofMils(number(text, 22, 31, 10), CURRENCY_UNSAID),
                DAY_ZERO.plusDays(number(text, 32, 37, 10)),
                "service-" + text.substring(39, HEAD).toLowerCase(Locale.ROOT));
    }

    /** As many characters as are left, of a MAC over all before and the whole device id. */
    private String mac(SymmetricKey key, String before, DeviceId device) {
        int left = length - before.length();
        byte[] mac = key.mac(before.getBytes(StandardCharsets.US_ASCII), device.bytes());
        return base36(new BigInteger(1, mac), left);
    }

    private String hashed(String what, int width) {
        return base36(new BigInteger(1, crypto.sha256(what.getBytes(StandardCharsets.UTF_8))), width);
    }

    /** The last digits, base 36. */
    private static String base36(BigInteger value, int width) {
        String digits = value.mod(BigInteger.valueOf(36).pow(width)).toString(36).toUpperCase(Locale.ROOT);
        return "0".repeat(width - digits.length()) + digits;
    }

    private static String base36(String field, int value, int width, int max) throws RefusedException {
        if (value < 0 || value > max) {
            throw new RefusedException(IndiciumCode.IMPLAUSIBLE, field + " " + value);
        }
        return base36(BigInteger.valueOf(value), width);
    }

    private static String decimal(String field, long value, int width) throws RefusedException {
        String digits = Long.toString(value);
        if (value < 0 || digits.length() > width) {
            throw new RefusedException(IndiciumCode.IMPLAUSIBLE, field + " " + value);
        }
        return "0".repeat(width - digits.length()) + digits;
    }

    /** The class's first letter, as far as the text may hold it. */
    private static char letter(String rate) {
        return Optional.of(rate.toUpperCase(Locale.ROOT).charAt(0)).filter(c -> c >= 'A' && c <= 'Z' || c >= '0' && c <= '9').orElse('0');
    }

    private static long number(String text, int from, int to, int radix) throws RefusedException {
        try {
            return Long.parseLong(text.substring(from, to), radix);
        } catch (NumberFormatException e) {
            throw new RefusedException(IndiciumCode.UNREADABLE, "field at " + from + " is '" + text.substring(from, to) + "'", e);
        }
    }
}
