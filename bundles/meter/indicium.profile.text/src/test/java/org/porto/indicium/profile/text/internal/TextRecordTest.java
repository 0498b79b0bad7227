// SPDX-License-Identifier: Apache-2.0
package org.porto.indicium.profile.text.internal;

import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import java.lang.reflect.Proxy;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.util.Currency;
import java.util.List;
import java.util.Optional;
import org.junit.Test;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.crypto.bc.internal.BcCryptoService;
import org.porto.indicium.api.IndiciumData;
import org.porto.indicium.api.IndiciumProfile;
import org.porto.keys.api.KeyInfo;
import org.porto.keys.api.KeyKind;
import org.porto.keys.api.KeyService;
import org.porto.model.api.DeviceId;
import org.porto.model.api.Money;
import org.porto.model.api.RefusedException;

public class TextRecordTest {

    private static final DeviceId METER = new DeviceId("PM000001");
    private static final IndiciumData DATA = new IndiciumData(
            METER, 1234, 10_376_000, 99_364_000, Money.ofMils(1_450, Currency.getInstance("USD")), LocalDate.of(2026, 8, 2), "letter");

    private final CryptoService crypto = new BcCryptoService();
    private final SymmetricKey key = crypto.symmetricKey(SecretBytes.copyOf(new byte[16]));
    private final KeyService keys = (KeyService) Proxy.newProxyInstance(
            KeyService.class.getClassLoader(), new Class<?>[] {KeyService.class}, (proxy, method, arguments) -> switch (method.getName()) {
                case "symmetricKey" -> key;
                case "current" -> Optional.of(new KeyInfo("indicium-mac", KeyKind.SYMMETRIC, 3, "000000", Instant.EPOCH, true));
                default -> throw new UnsupportedOperationException(method.getName());
            });
    private final List<IndiciumProfile> profiles =
            List.of(new Text24(crypto, keys), new Text32(crypto, keys), new Text16x48(crypto, keys));

    /** Test vectors: key of 16 zero bytes, version 3. Also in docs/protocol/indicium.md. */
    @Test
    public void recordsAreThese() throws RefusedException {
        assertEquals("PTO 11LJWS9IL60000123400000145000971003UPJT57OSBHIJ", text(profiles.get(0)));
        assertEquals("PTO 11LJWS9IL60000123400000145000971003UPJT57000010376000000099364000ZZ5PGYK5OSAQ3C1S39FGR", text(profiles.get(1)));
        assertEquals("PTO 11LJWS9IL60000123400000145000971003UPJT573QUQ83HD84MYEUYAD7AOSBHIJ", text(profiles.get(2)));
    }

    private static String text(IndiciumProfile profile) throws RefusedException {
        return new String(profile.sign(DATA), StandardCharsets.US_ASCII);
    }

    @Test
    public void whatIsSignedOpens() throws RefusedException {
        for (IndiciumProfile profile : profiles) {
            byte[] record = profile.sign(DATA);
            assertEquals(1, profiles.stream().filter(p -> p.claims(record)).count());
            IndiciumData opened = profile.open(record, METER, new byte[0]);
            assertEquals(1234, opened.pieceCount());
            assertEquals(1450, opened.value().mils());
            assertEquals(DATA.date(), opened.date());
            assertTrue(new String(record, StandardCharsets.US_ASCII).matches("[A-Z0-9 ]+"));
        }
        assertEquals(99_364_000, profiles.get(1).open(profiles.get(1).sign(DATA), METER, new byte[0]).descendingMils());
    }

    @Test
    public void everyChangedCharacterIsRefused() throws RefusedException {
        for (IndiciumProfile profile : profiles) {
            byte[] record = profile.sign(DATA);
            for (int at = 0; at < record.length; at++) {
                byte[] changed = record.clone();
                changed[at] = (byte) (changed[at] == '1' ? '2' : '1');
                String code = assertThrows(
                        profile.name() + " at " + at, RefusedException.class, () -> profile.open(changed, METER, new byte[0])).code();
                assertTrue(code, List.of("IND-001", "IND-002", "IND-003").contains(code));
            }
            RefusedException other = assertThrows(
                    RefusedException.class, () -> profile.open(record, new DeviceId("PM000002"), new byte[0]));
            assertEquals("IND-003", other.code());
        }
    }

    @Test
    public void valuesThatDoNotFitAreRefused() {
        IndiciumData many = new IndiciumData(
                METER, 100_000_000, 0, 0, DATA.value(), DATA.date(), "letter");
        assertEquals("IND-004", assertThrows(RefusedException.class, () -> profiles.get(0).sign(many)).code());
    }
}
