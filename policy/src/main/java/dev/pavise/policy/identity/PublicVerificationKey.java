package dev.pavise.policy.identity;

import dev.pavise.policy.identity.Algorithm.Family;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/** A public key of an issuer. */
final class PublicVerificationKey implements VerificationKey {
    private static final int MIN_RSA_BITS = 2048;

    // A longer one is no safer in practice, and its checks could be bought dearly.
    private static final int MAX_RSA_BITS = 8192;

    private final PublicKey key;
    private final Family family;
    private final @Nullable Algorithm only;
    private final SignatureProvider provider;

    /**
     * @param only the one algorithm that the key's publisher names, or null where it names none
     * @throws IllegalArgumentException where the key is too weak, or of a kind that no algorithm uses
     */
    PublicVerificationKey(PublicKey key, @Nullable Algorithm only, SignatureProvider provider) {
        this.key = key;
        this.family = family(key);
        this.only = only;
        this.provider = provider;
    }

    @Override
    public boolean fits(Algorithm algorithm) {
        return algorithm.family() == family && (only == null || only == algorithm);
    }

    /** Tells this key from every other: its digest, and the one algorithm that it is for, if any. */
    String fingerprint() {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(key.getEncoded());
            return HexFormat.of().formatHex(digest) + (only == null ? "" : " " + only.text());
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }

    @Override
    public boolean verifies(Algorithm algorithm, byte[] signed, byte[] signature) {
        if (!fits(algorithm) || !isCanonical(algorithm, signature)) {
            return false;
        }
        try {
            Signature check = start(algorithm);
            check.initVerify(key);
            check.update(signed);
            return check.verify(signature);
        } catch (GeneralSecurityException | RuntimeException notGood) {
            // A provider may answer a signature that is not even a number in range by throwing.
            return false;
        }
    }

    private Signature start(Algorithm algorithm) throws GeneralSecurityException {
        if (!algorithm.isPss()) {
            return provider.signature(algorithm.platformName());
        }
        String digest = algorithm.platformName();
        Signature check = provider.signature("RSASSA-PSS");
        check.setParameter(new PSSParameterSpec(
                digest, "MGF1", new MGF1ParameterSpec(digest), algorithm.size(), PSSParameterSpec.TRAILER_FIELD_BC));
        return check;
    }

    /** The one length that a signature can have; of ECDSA also that neither half is zero (CVE-2022-21449). */
    private boolean isCanonical(Algorithm algorithm, byte[] signature) {
        return switch (family) {
            case RSA ->
                key instanceof RSAPublicKey rsa
                        && signature.length == Math.ceilDiv(rsa.getModulus().bitLength(), Byte.SIZE);
            case ED25519 -> signature.length == algorithm.size();
            case P256, P384, P521 ->
                signature.length == algorithm.size()
                        && !isZero(signature, 0, signature.length / 2)
                        && !isZero(signature, signature.length / 2, signature.length);
            case SECRET -> false;
        };
    }

    private static boolean isZero(byte[] bytes, int start, int end) {
        for (int at = start; at < end; at++) {
            if (bytes[at] != 0) {
                return false;
            }
        }
        return true;
    }

    private static Family family(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> {
                int bits = rsa.getModulus().bitLength();
                if (bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
                    throw new IllegalArgumentException("an RSA key of " + bits + " bits is not used, only of "
                            + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
                }
                yield Family.RSA;
            }
            case ECPublicKey curve ->
                EllipticCurves.family(curve)
                        .orElseThrow(() -> new IllegalArgumentException(
                                "the EC key is on none of the curves P-256, P-384 and P-521"));
            case EdECPublicKey edwards when edwards.getParams().getName().equals("Ed25519") -> Family.ED25519;
            default ->
                throw new IllegalArgumentException(
                        "a " + key.getAlgorithm() + " key checks no token, use RSA, EC P-256, P-384, P-521 or Ed25519");
        };
    }
}
