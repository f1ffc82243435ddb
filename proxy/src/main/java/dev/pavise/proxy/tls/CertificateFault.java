package dev.pavise.proxy.tls;

import java.util.Locale;
import java.util.Optional;

/** Why a client certificate is refused. The codes are stable: audit records and metrics carry them. */
public enum CertificateFault {
    /** The door asks for a certificate and none was shown. */
    MISSING,
    /** No path leads from it to the client CA: foreign, forged, or a broken chain. */
    UNTRUSTED,
    /** Its time is over, or that of a certificate above it. */
    EXPIRED,
    /** Its time has not begun. */
    NOT_YET_VALID,
    /** It is not meant for TLS clients. */
    WRONG_USAGE,
    /** It is the certificate of an authority, which signs others and is no caller. */
    AUTHORITY_AS_CALLER,
    /** Its key, or one above it, is too short or of a kind that is not accepted. */
    WEAK_KEY,
    /** A revocation list names it, or a certificate above it. */
    REVOKED,
    /** The revocation list itself is out of date, so nobody can say whether the certificate still counts. */
    REVOCATION_LIST_EXPIRED,
    /** Revocation lists are configured, and none of them is from this certificate's issuer. */
    REVOCATION_LIST_MISSING;

    private static final int DEEPEST = 16;

    /** The stable code, such as {@code not_yet_valid}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The fault by which a handshake failed; empty where it failed by something else. */
    public static Optional<CertificateFault> behind(Throwable failure) {
        Throwable cause = failure;
        for (int depth = 0; cause != null && depth < DEEPEST; depth++) {
            if (cause instanceof RefusedCertificate refused) return Optional.of(refused.fault());
            cause = cause.getCause();
        }
        return Optional.empty();
    }
}
