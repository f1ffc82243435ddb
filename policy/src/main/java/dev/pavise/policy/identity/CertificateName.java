package dev.pavise.policy.identity;

import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;

/**
 * The name that a client certificate proves: its SPIFFE ID if it has one, else the first DNS name, else the common name.
 *
 * <p>Guarantees, against whoever holds a certificate that the client CA signed for something else: a CA's certificate, a
 * server's, an expired, not yet valid or weak one names nobody; neither does one with two SPIFFE IDs, a malformed one,
 * or one beside another URI, nor one whose other names look like a SPIFFE ID. What it does not do: the chain and its
 * revocation are checked by the handshake.
 */
public sealed interface CertificateName {
    /** The name, without the prefix {@code cert:}. */
    record Named(String name) implements CertificateName {}

    /** The certificate names nobody: the connection is to be refused, not to be taken as one without certificate. */
    record Refused(Reason reason) implements CertificateName {}

    /** Why a certificate names nobody. */
    enum Reason {
        NOT_YET_VALID,
        EXPIRED,
        CERTIFICATE_AUTHORITY,
        WRONG_USAGE,
        WEAK_KEY,
        WEAK_SIGNATURE,
        MALFORMED,
        SEVERAL_URIS,
        MALFORMED_SPIFFE_ID,
        NO_NAME;

        /** The stable name, in lower case. */
        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The name of a certificate whose chain was verified. */
    static CertificateName of(X509Certificate certificate, Instant now) {
        Optional<Reason> unfit = LeafChecks.unfit(certificate, now);
        return unfit.isPresent() ? new Refused(unfit.get()) : CertificateNames.of(certificate);
    }
}
