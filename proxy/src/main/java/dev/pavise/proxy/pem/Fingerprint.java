package dev.pavise.proxy.pem;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.cert.X509Certificate;
import java.util.HexFormat;

/** What tells one certificate from all others. */
public final class Fingerprint {

    private Fingerprint() {}

    /** SHA-256 of the certificate, in hexadecimal. */
    public static String of(X509Certificate certificate) throws GeneralSecurityException {
        return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(certificate.getEncoded()));
    }
}
