package dev.pavise.policy.identity;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A secret shared with an issuer, for HS256 alone. Its text is never shown. */
final class SecretVerificationKey implements VerificationKey {
    private final SecretKeySpec key;

    SecretVerificationKey(byte[] secret) {
        this.key = new SecretKeySpec(secret, Algorithm.HS256.platformName());
    }

    @Override
    public boolean fits(Algorithm algorithm) {
        return algorithm == Algorithm.HS256;
    }

    @Override
    public boolean verifies(Algorithm algorithm, byte[] signed, byte[] signature) {
        if (!fits(algorithm) || signature.length != algorithm.size()) {
            return false;
        }
        try {
            Mac mac = Mac.getInstance(algorithm.platformName());
            mac.init(key);
            return MessageDigest.isEqual(mac.doFinal(signed), signature);
        } catch (GeneralSecurityException broken) {
            return false;
        }
    }

    @Override
    public String toString() {
        return "***";
    }
}
