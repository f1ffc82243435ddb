package dev.pavise.proxy.pki;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.bouncycastle.asn1.x509.KeyPurposeId;

/** What a certificate is for, as its extended key usage says (RFC 5280, section 4.2.1.12). */
public enum CertificateUse {
    /** Calls others. */
    CLIENT,
    /** Calls others and is called: one of several that talk among themselves. */
    NODE,
    /** Is called. */
    SERVER;

    List<KeyPurposeId> purposes() {
        return switch (this) {
            case CLIENT -> List.of(KeyPurposeId.id_kp_clientAuth);
            case NODE -> List.of(KeyPurposeId.id_kp_clientAuth, KeyPurposeId.id_kp_serverAuth);
            case SERVER -> List.of(KeyPurposeId.id_kp_serverAuth);
        };
    }

    List<String> identifiers() {
        return purposes().stream().map(KeyPurposeId::getId).toList();
    }

    boolean calls() {
        return this != SERVER;
    }

    boolean isCalled() {
        return this != CLIENT;
    }

    /** The stable name, in lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The use of a certificate that was made here; empty for one that is for anything else, or for anything at all. */
    public static Optional<CertificateUse> of(X509Certificate certificate) {
        try {
            List<String> found = certificate.getExtendedKeyUsage();
            for (CertificateUse use : values()) {
                List<String> wanted = use.identifiers();
                if (found != null && found.size() == wanted.size() && found.containsAll(wanted)) {
                    return Optional.of(use);
                }
            }
            return Optional.empty();
        } catch (CertificateParsingException unreadable) {
            return Optional.empty();
        }
    }
}
