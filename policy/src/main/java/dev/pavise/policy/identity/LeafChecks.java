package dev.pavise.policy.identity;

import dev.pavise.policy.certificate.KeyStrength;
import dev.pavise.policy.identity.CertificateName.Reason;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Whether a certificate may stand for a client at all (RFC 5280, section 4.2.1). */
final class LeafChecks {
    private static final String CLIENT_AUTH = "1.3.6.1.5.5.7.3.2";
    private static final String ANY_USAGE = "2.5.29.37.0";
    private static final int DIGITAL_SIGNATURE = 0;
    private static final int KEY_CERT_SIGN = 5;
    private static final int CRL_SIGN = 6;

    private LeafChecks() {}

    /** The first reason against it. */
    static Optional<Reason> unfit(X509Certificate certificate, Instant now) {
        if (now.isBefore(certificate.getNotBefore().toInstant())) {
            return Optional.of(Reason.NOT_YET_VALID);
        }
        if (now.isAfter(certificate.getNotAfter().toInstant())) {
            return Optional.of(Reason.EXPIRED);
        }
        boolean @Nullable [] usage = certificate.getKeyUsage();
        if (certificate.getBasicConstraints() != -1 || has(usage, KEY_CERT_SIGN) || has(usage, CRL_SIGN)) {
            return Optional.of(Reason.CERTIFICATE_AUTHORITY);
        }
        if ((usage != null && !has(usage, DIGITAL_SIGNATURE)) || !isForClients(certificate)) {
            return Optional.of(Reason.WRONG_USAGE);
        }
        if (!KeyStrength.enough(certificate.getPublicKey())) {
            return Optional.of(Reason.WEAK_KEY);
        }
        return KeyStrength.soundSignature(certificate.getSigAlgName())
                ? Optional.empty()
                : Optional.of(Reason.WEAK_SIGNATURE);
    }

    private static boolean has(boolean @Nullable [] usage, int bit) {
        return usage != null && bit < usage.length && usage[bit];
    }

    /** Without the extension a certificate is for any use; with an unreadable one it is for none. */
    private static boolean isForClients(X509Certificate certificate) {
        try {
            List<String> uses = certificate.getExtendedKeyUsage();
            return uses == null || uses.contains(CLIENT_AUTH) || uses.contains(ANY_USAGE);
        } catch (CertificateParsingException unreadable) {
            return false;
        }
    }
}
