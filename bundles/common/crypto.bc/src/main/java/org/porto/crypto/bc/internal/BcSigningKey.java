// SPDX-License-Identifier: Apache-2.0
package org.porto.crypto.bc.internal;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Objects;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.crypto.agreement.ECDHBasicAgreement;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.params.ECPrivateKeyParameters;
import org.bouncycastle.crypto.signers.ECDSASigner;
import org.bouncycastle.crypto.signers.HMacDSAKCalculator;
import org.bouncycastle.math.ec.ECPoint;
import org.bouncycastle.math.ec.FixedPointCombMultiplier;
import org.porto.crypto.api.EcEncodings;
import org.porto.crypto.api.ExportableSigningKey;
import org.porto.crypto.api.SecretAccess;
import org.porto.crypto.api.SecretBytes;
import org.porto.model.api.RefusedException;

/**
 * A P-256 private key in memory. Signatures are deterministic (RFC 6979): a weak random generator cannot give the key away, and
 * the same act signed again gives the same bytes. Each call has its own signer, so that threads share only the immutable key.
 */
final class BcSigningKey implements ExportableSigningKey {

    private final byte[] publicKey;
    /** Null once closed; the number itself cannot be zeroed in Java. */
    private volatile ECPrivateKeyParameters key;

    /** @param d 1 to n-1 */
    BcSigningKey(BigInteger d) {
        this.key = new ECPrivateKeyParameters(d, P256.DOMAIN);
        ECPoint point = new FixedPointCombMultiplier().multiply(P256.DOMAIN.getG(), d).normalize();
        try {
            this.publicKey = EcEncodings.publicKey(point.getEncoded(false));
        } catch (RefusedException e) {
            throw new IllegalStateException("own point was refused", e);
        }
    }

    @Override
    public byte[] publicKey() {
        key();
        return publicKey.clone();
    }

    @Override
    public byte[] sign(byte[]... message) {
        ECDSASigner signer = new ECDSASigner(new HMacDSAKCalculator(new SHA256Digest()));
        signer.init(true, key());
        BigInteger[] rs = signer.generateSignature(P256.sha256(message));
        byte[] signature = new byte[2 * P256.FIELD_BYTES];
        P256.fixed(rs[0], signature, 0);
        P256.fixed(rs[1], signature, P256.FIELD_BYTES);
        return signature;
    }

    @Override
    public SecretBytes agree(byte[] peerPublicKey) {
        ECPrivateKeyParameters own = key();
        try {
            ECDHBasicAgreement agreement = new ECDHBasicAgreement();
            agreement.init(own);
            return SecretBytes.owning(P256.fixed(agreement.calculateAgreement(P256.publicKey(peerPublicKey))));
        } catch (RefusedException e) {
            throw new IllegalArgumentException("not a P-256 public key", e);
        }
    }

    @Override
    public SecretBytes export(SecretAccess access) {
        Objects.requireNonNull(access);
        ECPrivateKeyParameters own = key();
        try {
            AlgorithmIdentifier algorithm =
                    new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, SECObjectIdentifiers.secp256r1);
            ECPrivateKey content =
                    new ECPrivateKey(256, own.getD(), new DERBitString(EcEncodings.point(publicKey)), null);
            return SecretBytes.owning(new PrivateKeyInfo(algorithm, content).getEncoded("DER"));
        } catch (IOException | RefusedException e) {
            throw new IllegalStateException("own key cannot be encoded", e);
        }
    }

    @Override
    public void close() {
        key = null;
    }

    private ECPrivateKeyParameters key() {
        ECPrivateKeyParameters own = key;
        if (own == null) {
            throw new IllegalStateException("key is closed");
        }
        return own;
    }

    @Override
    public String toString() {
        return "SigningKey[P-256]";
    }
}
