package dev.pavise.proxy.pki;

import java.math.BigInteger;
import java.time.Instant;
import java.util.List;
import java.util.Objects;

/**
 * What an authority remembers of a certificate that it made.
 *
 * @param names each with its kind before it, such as {@code DNS:example.com}
 * @param sha256 of the certificate, in hexadecimal
 */
public record IssuedCertificate(BigInteger serial, String use, List<String> names, Instant notAfter, String sha256) {

    /** Copies the list. */
    public IssuedCertificate {
        Objects.requireNonNull(serial);
        Objects.requireNonNull(use);
        Objects.requireNonNull(notAfter);
        Objects.requireNonNull(sha256);
        names = List.copyOf(names);
    }
}
