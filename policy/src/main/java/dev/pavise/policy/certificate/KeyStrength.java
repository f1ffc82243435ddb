package dev.pavise.policy.certificate;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.List;
import java.util.Locale;

/**
 * Which keys and signatures are strong enough: RSA from 2,048 bits, curves from 256, no MD5 and no SHA-1. Every certificate is held against this one
 * rule, whoever shows it and whoever looks; a key of a kind that is not known is not strong.
 */
public final class KeyStrength {
    private static final int RSA_BITS = 2048;
    private static final int CURVE_BITS = 256;
    private static final List<String> BROKEN_HASHES = List.of("SHA1", "SHA-1", "MD2", "MD4", "MD5");

    private KeyStrength() {}

    /** Whether a key is of a kind that is known, and long enough. */
    public static boolean enough(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= RSA_BITS;
            case ECPublicKey curve -> curve.getParams().getOrder().bitLength() >= CURVE_BITS;
            case EdECPublicKey edwards -> true;
            default -> false;
        };
    }

    /** Both the key of a certificate and the hash it is signed with. */
    public static boolean enough(X509Certificate certificate) {
        return enough(certificate.getPublicKey()) && soundSignature(certificate.getSigAlgName());
    }

    /** Whether the hash of a signature algorithm, by its JCA name, still resists collisions. */
    public static boolean soundSignature(String algorithm) {
        String name = algorithm.toUpperCase(Locale.ROOT);
        return BROKEN_HASHES.stream().noneMatch(name::contains);
    }
}
