package dev.pavise.proxy.pki;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECKey;
import java.security.interfaces.EdECKey;
import java.security.interfaces.RSAKey;
import java.security.spec.ECGenParameterSpec;

/** Key pairs: EC P-256, which every TLS speaks, and which ours can serve. */
public final class Keys {

    private static final byte[] PROBE = "does this key fit".getBytes(StandardCharsets.US_ASCII);

    private Keys() {}

    /** A new one. */
    public static KeyPair generate() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"));
        return generator.generateKeyPair();
    }

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

    static String signatureOf(PrivateKey key) throws GeneralSecurityException {
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
