// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Currency;
import java.util.regex.Pattern;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SigningKey;
import org.porto.indicium.api.IndiciumCode;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumProfile;
import org.porto.keys.api.KeyService;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;

/** {@code full-1}: everything, with an ECDSA P-256 signature. Byte table: docs/protocol/indicium.md. */
@Component(name = "org.porto.indicium.core.full", service = IndiciumProfile.class)
public final class FullProfile implements IndiciumProfile {

    static final String NAME = "full-1";
    static final int VERSION = 0x41;
    static final int ALGORITHM_ECDSA_P256_SHA256 = 1;
    static final int FIXED_BYTES = 43;
    static final int RATE_BYTES_MAX = 32;
    static final int SIGNATURE_BYTES = 64;
    private static final int KEY_ID_BYTES = 4;
    private static final long UNSIGNED_INT_MAX = 0xFFFFFFFFL;
    private static final LocalDate DAY_ZERO = LocalDate.of(2000, 1, 1);
    private static final Pattern RATE = Pattern.compile("[a-z0-9-]{1,32}");

    private final CryptoService crypto;
    private final KeyService keys;

    @Activate
    public FullProfile(@Reference CryptoService crypto, @Reference KeyService keys) {
        this.crypto = crypto;
        this.keys = keys;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean claims(byte[] record) {
        return record.length > FIXED_BYTES + SIGNATURE_BYTES && (record[0] & 0xFF) == VERSION;
    }

    @Override
    public byte[] sign(IndiciumData data) throws RefusedException {
        SigningKey key = keys.signingKey("device");
        long day = ChronoUnit.DAYS.between(DAY_ZERO, data.date());
        check(RATE.matcher(data.rate()).matches(), "rate '" + data.rate() + "'");
        check(data.pieceCount() >= 0 && data.pieceCount() <= UNSIGNED_INT_MAX, "piece count " + data.pieceCount());
        check(data.value().mils() <= UNSIGNED_INT_MAX, "value " + data.value());
        check(day >= 0 && day <= 0xFFFF, "date " + data.date());
        byte[] rate = data.rate().getBytes(StandardCharsets.US_ASCII);
        byte[] body = ByteBuffer.allocate(FIXED_BYTES + rate.length)
                .put((byte) VERSION)
                .put((byte) ALGORITHM_ECDSA_P256_SHA256)
                .put(data.device().bytes())
                .putInt((int) data.pieceCount())
                .putLong(data.ascendingMils())
                .putLong(data.descendingMils())
                .putInt((int) data.value().mils())
                .putShort((short) day)
                .putShort((short) data.value().currency().getNumericCode())
                .put(keyId(key.publicKey()))
                .put((byte) rate.length)
                .put(rate)
                .array();
        byte[] signature = key.sign(body);
        byte[] record = Arrays.copyOf(body, body.length + SIGNATURE_BYTES);
        System.arraycopy(signature, 0, record, body.length, SIGNATURE_BYTES);
        return record;
    }

    @Override
    public IndiciumData open(byte[] record, DeviceId meter, byte[] publicKey) throws RefusedException {
        ByteBuffer in = ByteBuffer.wrap(record);
        if (record.length < FIXED_BYTES + 1 + SIGNATURE_BYTES || (in.get() & 0xFF) != VERSION) {
            throw new RefusedException(IndiciumCode.UNREADABLE, "not a full-1 record");
        }
        int algorithm = in.get() & 0xFF;
        byte[] device = new byte[DeviceId.BYTES];
        in.get(device);
        long pieceCount = in.getInt() & UNSIGNED_INT_MAX;
        long ascending = in.getLong();
        long descending = in.getLong();
        long value = in.getInt() & UNSIGNED_INT_MAX;
        LocalDate date = DAY_ZERO.plusDays(in.getShort() & 0xFFFF);
        int currencyNumber = in.getShort() & 0xFFFF;
        byte[] keyId = new byte[KEY_ID_BYTES];
        in.get(keyId);
        int rateLength = in.get() & 0xFF;
        if (algorithm != ALGORITHM_ECDSA_P256_SHA256
                || rateLength < 1
                || rateLength > RATE_BYTES_MAX
                || record.length != FIXED_BYTES + rateLength + SIGNATURE_BYTES) {
            throw new RefusedException(IndiciumCode.UNREADABLE, "full-1 record of " + record.length + " bytes is malformed");
        }
        byte[] rate = new byte[rateLength];
        in.get(rate);
        String rateText = new String(rate, StandardCharsets.ISO_8859_1);
        String serial = new String(device, StandardCharsets.ISO_8859_1);
        if (!serial.equals(meter.value()) || !Arrays.equals(keyId, keyId(publicKey))) {
            throw new RefusedException(
                    IndiciumCode.DEVICE_UNKNOWN, "indicium is not by the device and key certified for " + meter.value());
        }
        int signed = FIXED_BYTES + rateLength;
        if (!crypto.verify(
                publicKey, Arrays.copyOfRange(record, signed, record.length), Arrays.copyOf(record, signed))) {
            throw new RefusedException(IndiciumCode.SIGNATURE_WRONG);
        }
        Currency currency = Currency.getAvailableCurrencies().stream()
                .filter(c -> c.getNumericCode() == currencyNumber)
                .min(java.util.Comparator.comparing(Currency::getCurrencyCode))
                .orElseThrow(() -> new RefusedException(IndiciumCode.UNREADABLE, "currency " + currencyNumber));
        check(RATE.matcher(rateText).matches(), "rate");
        return new IndiciumData(
                DeviceId.parse(serial), pieceCount, ascending, descending, Money.ofMils(value, currency), date, rateText);
    }

    private byte[] keyId(byte[] publicKey) {
        return Arrays.copyOf(crypto.sha256(publicKey), KEY_ID_BYTES);
    }

    private static void check(boolean fits, String what) throws RefusedException {
        if (!fits) {
            throw new RefusedException(IndiciumCode.IMPLAUSIBLE, what);
        }
    }
}
