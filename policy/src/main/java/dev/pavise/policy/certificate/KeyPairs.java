package dev.pavise.policy.certificate;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;

/** Tells whether a private key belongs to a certificate, which otherwise shows only once somebody calls. */
public final class KeyPairs {
    private static final byte[] PROBE = "does this key fit".getBytes(StandardCharsets.US_ASCII);

    private KeyPairs() {}

    /** Whether the two are halves of one pair. */
    public static boolean fit(PublicKey shown, PrivateKey kept) {
        try {
            String scheme = signatureOf(kept);
            Signature signer = Signature.getInstance(scheme);
            signer.initSign(kept);
            signer.update(PROBE);
            byte[] signature = signer.sign();
            Signature verifier = Signature.getInstance(scheme);
            verifier.initVerify(shown);
            verifier.update(PROBE);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            // Keys of two kinds end here, and do not fit.
            return false;
        }
    }

    /** The JCA name of what a key signs with: a hash as strong as the key. */
    public static String signatureOf(PrivateKey key) throws GeneralSecurityException {
        return switch (key) {
            case ECKey curve when curve.getParams().getOrder().bitLength() > 384 -> "SHA512withECDSA";
            case ECKey curve when curve.getParams().getOrder().bitLength() > 256 -> "SHA384withECDSA";
            case ECKey curve -> "SHA256withECDSA";
            case RSAKey rsa -> "SHA256withRSA";
            case EdECKey edwards -> "Ed25519";
            default -> throw new GeneralSecurityException("keys of kind " + key.getAlgorithm() + " sign nothing here");
        };
    }
}
