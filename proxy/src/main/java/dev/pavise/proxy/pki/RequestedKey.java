package dev.pavise.proxy.pki;

import java.security.PublicKey;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;

/** Which keys are certified: those that are strong, and that the gateway's TLS takes in the part the certificate is for. */
final class RequestedKey {

    private static final int LEAST_RSA_BITS = 2048;
    private static final int MOST_RSA_BITS = 8192;
    private static final Map<ASN1ObjectIdentifier, String> CURVES = Map.of(
            SECObjectIdentifiers.secp256r1, "P-256",
            SECObjectIdentifiers.secp384r1, "P-384");

    private RequestedKey() {}

    static void check(SubjectPublicKeyInfo info, PublicKey key, CertificateUse use) throws PkiRefusal {
        switch (key) {
            case RSAPublicKey rsa -> checkRsa(rsa);
            case ECPublicKey curve -> checkCurve(info);
            default ->
                throw new PkiRefusal(
                        "subjectPublicKeyInfo is a key of kind " + key.getAlgorithm() + "; use EC P-256, P-384 or RSA");
        }
    }

    private static void checkRsa(RSAPublicKey rsa) throws PkiRefusal {
        int bits = rsa.getModulus().bitLength();
        if (bits < LEAST_RSA_BITS || bits > MOST_RSA_BITS) {
            throw new PkiRefusal("subjectPublicKeyInfo is an RSA key of " + bits + " bits; use " + LEAST_RSA_BITS
                    + " to " + MOST_RSA_BITS);
        }
        if (rsa.getPublicExponent().bitLength() < 17 || !rsa.getPublicExponent().testBit(0)) {
            throw new PkiRefusal("subjectPublicKeyInfo is an RSA key with public exponent " + rsa.getPublicExponent()
                    + "; use 65537");
        }
    }

    // By its name: a curve spelled out in parameters can be any curve that looks like a good one.
    private static void checkCurve(SubjectPublicKeyInfo info) throws PkiRefusal {
        ASN1Encodable parameters = info.getAlgorithm().getParameters();
        if (!(parameters instanceof ASN1ObjectIdentifier name) || !CURVES.containsKey(name)) {
            throw new PkiRefusal("subjectPublicKeyInfo is on a curve that is not signed; use P-256 or P-384");
        }
    }
}
