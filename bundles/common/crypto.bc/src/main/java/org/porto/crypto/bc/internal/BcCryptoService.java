// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Arrays;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.params.ECPublicKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.BigIntegers;
import org.osgi.service.component.annotations.Activate;
import org.osgi.service.component.annotations.Component;
import org.porto.crypto.api.CryptoCode;
import org.porto.crypto.api.CryptoService;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.crypto.api.SymmetricKey;
import org.porto.model.api.RefusedException;

/** The primitives by Bouncy Castle's own interface: no provider is looked up by name, none is registered. */
@Component(name = "org.porto.crypto.bc", service = CryptoService.class)
public final class BcCryptoService implements CryptoService {

    private static final int RANDOM_BYTES_MAX = 65_536;

    private final SecureRandom random = new SecureRandom();
    private final String provider;

    @Activate
    public BcCryptoService() {
        provider = "Bouncy Castle " + new BouncyCastleProvider().getVersionStr();
    }

    @Override
    public String provider() {
        return provider;
    }

    @Override
    public byte[] random(int length) {
        if (length < 0 || length > RANDOM_BYTES_MAX) {
            throw new IllegalArgumentException("0 to " + RANDOM_BYTES_MAX + " random bytes, not " + length);
        }
        byte[] out = new byte[length];
        random.nextBytes(out);
        return out;
    }

    @Override
    public byte[] sha256(byte[]... parts) {
        return P256.sha256(parts);
    }

    @Override
    public ExportableSigningKey generateSigningKey() {
        // FIPS 186-5 A.2.2: candidates of n's length until one lies in 1 to n-1.
        BigInteger d;
        do {
            d = BigIntegers.createRandomBigInteger(P256.DOMAIN.getN().bitLength(), random);
        } while (d.signum() == 0 || d.compareTo(P256.DOMAIN.getN()) >= 0);
        return new BcSigningKey(d);
    }

    @Override
    public ExportableSigningKey importSigningKey(SecretBytes pkcs8) throws RefusedException {
        // Raw bytes leave the holder here: a private key must be parsed to be used.
        byte[] encoded = pkcs8.expose(SecretAccess.insecureSecretAccess());
        try {
            PrivateKeyInfo info = PrivateKeyInfo.getInstance(encoded);
            if (info == null
                    || !X9ObjectIdentifiers.id_ecPublicKey.equals(info.getPrivateKeyAlgorithm().getAlgorithm())
                    || !SECObjectIdentifiers.secp256r1.equals(info.getPrivateKeyAlgorithm().getParameters())) {
                throw new RefusedException(CryptoCode.KEY_UNREADABLE, "not a P-256 private key");
            }
            BigInteger d = ECPrivateKey.getInstance(info.parsePrivateKey()).getKey();
            if (d.signum() <= 0 || d.compareTo(P256.DOMAIN.getN()) >= 0) {
                throw new RefusedException(CryptoCode.KEY_UNREADABLE, "private key out of range");
            }
            return new BcSigningKey(d);
        } catch (java.io.IOException | IllegalArgumentException | IllegalStateException | ClassCastException e) {
            // The cause may quote key bytes.
            throw new RefusedException(CryptoCode.KEY_UNREADABLE, "not a private key in PKCS #8");
        } finally {
            Arrays.fill(encoded, (byte) 0);
        }
    }

    @Override
    public SymmetricKey symmetricKey(SecretBytes key) {
        // Raw bytes leave the holder here, into a handle that zeroes them.
        return new BcSymmetricKey(key.expose(SecretAccess.insecureSecretAccess()), random);
    }

    @Override
    public boolean verify(byte[] publicKey, byte[] signature, byte[]... message) {
        return verifySignature(publicKey, signature, message);
    }

    static boolean verifySignature(byte[] publicKey, byte[] signature, byte[]... message) {
        if (signature.length != 2 * P256.FIELD_BYTES) {
            return false;
        }
        ECPublicKeyParameters key;
        try {
            key = P256.publicKey(publicKey);
        } catch (RefusedException | IllegalArgumentException e) {
            return false;
        }
        ECDSASigner verifier = new ECDSASigner();
        verifier.init(false, key);
        return verifier.verifySignature(
                P256.sha256(message),
                new BigInteger(1, Arrays.copyOf(signature, P256.FIELD_BYTES)),
                new BigInteger(1, Arrays.copyOfRange(signature, P256.FIELD_BYTES, 2 * P256.FIELD_BYTES)));
    }
}
