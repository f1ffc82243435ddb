package dev.pavise.runner.tls;

import java.security.PublicKey;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Locale;

/** Which keys and signatures are strong enough: RSA from 2,048 bits, curves from 256, no MD5 and no SHA-1. */
final class KeyStrength {
    private static final int RSA_BITS = 2048;
    private static final int CURVE_BITS = 256;

    private KeyStrength() {}

    static boolean enough(PublicKey key) {
        return switch (key) {
            case RSAPublicKey rsa -> rsa.getModulus().bitLength() >= RSA_BITS;
            case ECPublicKey curve -> curve.getParams().getOrder().bitLength() >= CURVE_BITS;
            case EdECPublicKey edwards -> true;
            default -> false;
        };
    }

    static boolean enough(X509Certificate certificate) {
        String signature = certificate.getSigAlgName().toUpperCase(Locale.ROOT);
        boolean broken = signature.contains("MD5") || signature.contains("MD2") || signature.startsWith("SHA1");
        return !broken && enough(certificate.getPublicKey());
    }
}
