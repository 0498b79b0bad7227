// SPDX-License-Identifier: Apache-2.0
package org.porto.walk;

import java.util.Locale;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.crypto.bc.internal.BcCryptoService;

/**
 * Peak speed of the product's crypto (a signature, its verification, ten CMACs of a register record), once with the flags that the
 * products start with and once with the virtual machine's own defaults, each in a process of its own.
 */
public final class CryptoPeak {

    private static final long WARM_NANOS = 10_000_000_000L;
    private static final long MEASURED_NANOS = 5_000_000_000L;

    private CryptoPeak() {}

    /** In the measured process. Prints rounds a second. */
    public static void main(String[] arguments) {
        CryptoService crypto = new BcCryptoService();
        ExportableSigningKey key = crypto.generateSigningKey();
        SymmetricKey mac = crypto.symmetricKey(SecretBytes.copyOf(crypto.random(16)));
        byte[] message = crypto.random(320);
        run(crypto, key, mac, message, WARM_NANOS);
        System.out.printf(Locale.ROOT, "%.1f%n", run(crypto, key, mac, message, MEASURED_NANOS));
    }

    private static double run(CryptoService crypto, ExportableSigningKey key, SymmetricKey mac, byte[] message, long nanos) {
        long began = System.nanoTime();
        long rounds = 0;
        while (System.nanoTime() - began < nanos) {
            if (!crypto.verify(key.publicKey(), key.sign(message), message)) {
                throw new IllegalStateException("a good signature does not verify");
            }
            for (int i = 0; i < 10; i++) {
                mac.mac(message);
            }
            rounds++;
        }
        return rounds * 1e9 / (System.nanoTime() - began);
    }
}
