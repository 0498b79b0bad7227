// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.core.internal;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.LocalDate;
import java.util.Arrays;
import java.util.Currency;
import java.util.HexFormat;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.osgi.service.component.annotations.Reference;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SymmetricKey;
import org.porto.indicium.api.IndiciumCode;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumProfile;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyService;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;

/**
 * {@code lite-1}: 20 bytes, little-endian, with a MAC truncated to 6 bytes. Field positions as IBI-Lite; no conformance is
 * claimed. Only who holds the key {@code indicium-mac} can verify it. Byte table: docs/protocol/indicium.md.
 */
@Component(name = "org.porto.indicium.core.lite", service = IndiciumProfile.class)
public final class LiteProfile implements IndiciumProfile {

    static final String NAME = "lite-1";
    static final int VERSION = 1;
    static final int VENDOR = 0x50;
    static final int BYTES = 20;
    static final int BODY_BYTES = 14;
    static final int MAC_BYTES = 6;
    static final String KEY = "indicium-mac";
    /** What the record does not say: ISO 4217 "no currency", the epoch. */
    static final Currency CURRENCY_UNSAID = Currency.getInstance("XXX");

    static final LocalDate DATE_UNSAID = LocalDate.EPOCH;
    private static final long THREE_BYTES_MAX = 0xFFFFFFL;

    /** The record's fields as they stand. */
    record Fields(int version, long pieceCount, int vendor, int serial, long valueMils, int service) {}

    private final CryptoService crypto;
    private final KeyService keys;

    @Activate
    public LiteProfile(@Reference CryptoService crypto, @Reference KeyService keys) {
        this.crypto = crypto;
        this.keys = keys;
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public boolean saysAll() {
        return false;
    }

    @Override
    public boolean claims(byte[] record) {
        return record.length == BYTES && record[0] == VERSION;
    }

    @Override
    public byte[] sign(IndiciumData data) throws RefusedException {
        if (data.pieceCount() < 0 || data.pieceCount() > 0xFFFFFFFFL) {
            throw new RefusedException(IndiciumCode.IMPLAUSIBLE, "piece count " + data.pieceCount());
        }
        if (data.value().mils() > THREE_BYTES_MAX) {
            throw new RefusedException(IndiciumCode.IMPLAUSIBLE, "value " + data.value());
        }
        byte[] record = new byte[BYTES];
        record[0] = VERSION;
        put(record, 1, 4, data.pieceCount());
        record[5] = VENDOR;
        put(record, 6, 3, serial(data.device().value()));
        put(record, 9, 3, data.value().mils());
        put(record, 12, 2, service(data.rate()));
        byte[] mac = mac(keys.symmetricKey(KEY), record, data.device().value());
        System.arraycopy(mac, 0, record, BODY_BYTES, MAC_BYTES);
        return record;
    }

    @Override
    public IndiciumData open(byte[] record, DeviceId meter, byte[] publicKey) throws RefusedException {
        Fields fields = parse(record);
        if (fields.version() != VERSION) {
            throw new RefusedException(IndiciumCode.UNREADABLE, "not a lite-1 record");
        }
        if (fields.vendor() != VENDOR || fields.serial() != serial(meter.value())) {
            throw new RefusedException(IndiciumCode.DEVICE_UNKNOWN, "indicium is not by " + meter.value());
        }
        byte[] mac = Arrays.copyOfRange(record, BODY_BYTES, BYTES);
        int newest = keys.current(KEY).map(KeyInfo::version).orElse(0);
        boolean good = false;
        for (int version = newest; version >= 1 && !good; version--) {
            good = MessageDigest.isEqual(mac, mac(keys.symmetricKey(KEY, version), record, meter.value()));
        }
        if (!good) {
            throw new RefusedException(IndiciumCode.SIGNATURE_WRONG);
        }
        String rate = "service-" + HexFormat.of().toHexDigits((short) fields.service());
        return new IndiciumData(
                meter,
                fields.pieceCount(),
                0,
                0,
                Money.ofMils(fields.valueMils(), CURRENCY_UNSAID),
                DATE_UNSAID,
                rate);
    }

    /** @throws RefusedException {@code IND-001} */
    static Fields parse(byte[] record) throws RefusedException {
        if (record.length != BYTES) {
            throw new RefusedException(IndiciumCode.UNREADABLE, "lite record of " + record.length + " bytes");
        }
        return new Fields(
                record[0] & 0xFF,
                get(record, 1, 4),
                record[5] & 0xFF,
                (int) get(record, 6, 3),
                get(record, 9, 3),
                (int) get(record, 12, 2));
    }

    /** The full device id is in the MAC, since three bytes of a hash do not tell every two devices apart. */
    private static byte[] mac(SymmetricKey key, byte[] record, String device) {
        return Arrays.copyOf(
                key.mac(Arrays.copyOf(record, BODY_BYTES), device.getBytes(StandardCharsets.UTF_8)), MAC_BYTES);
    }

    private int serial(String device) {
        return (int) get(crypto.sha256(device.getBytes(StandardCharsets.UTF_8)), 0, 3);
    }

    private int service(String rate) {
        return (int) get(crypto.sha256(rate.getBytes(StandardCharsets.UTF_8)), 0, 2);
    }

    private static void put(byte[] to, int at, int width, long value) {
        for (int i = 0; i < width; i++) {
            to[at + i] = (byte) (value >>> (8 * i));
        }
    }

    private static long get(byte[] from, int at, int width) {
        long value = 0;
        for (int i = width - 1; i >= 0; i--) {
            value = value << 8 | from[at + i] & 0xFF;
        }
        return value;
    }
}
