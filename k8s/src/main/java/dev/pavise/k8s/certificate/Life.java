package dev.pavise.k8s.certificate;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** How old a certificate is. */
final class Life {
    private Life() {}

    /** When two thirds of its life are over. */
    static Instant due(X509Certificate certificate) {
        Instant begin = certificate.getNotBefore().toInstant();
        return begin.plus(
                Duration.between(begin, end(certificate)).multipliedBy(2).dividedBy(3));
    }

    static Instant end(X509Certificate certificate) {
        return certificate.getNotAfter().toInstant();
    }

    static boolean valid(X509Certificate certificate, Instant now) {
        return !now.isBefore(certificate.getNotBefore().toInstant()) && now.isBefore(end(certificate));
    }
}
