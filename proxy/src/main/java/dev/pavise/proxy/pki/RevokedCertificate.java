package dev.pavise.proxy.pki;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Objects;

/** One line of a revocation list. */
public record RevokedCertificate(BigInteger serial, Instant at, RevocationReason reason) {

    /** Checks its parts. */
    public RevokedCertificate {
        Objects.requireNonNull(serial);
        Objects.requireNonNull(at);
        Objects.requireNonNull(reason);
    }
}
