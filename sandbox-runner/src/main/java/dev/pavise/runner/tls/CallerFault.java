package dev.pavise.runner.tls;

import java.util.Locale;

/** Why a caller's certificate is refused. The codes are stable: metrics carry them. */
public enum CallerFault {
    /** None was shown. */
    MISSING,
    /** No path leads from it to the client CA: foreign, forged, or a broken chain. */
    UNTRUSTED,
    /** Its time is over, or that of a certificate above it. */
    EXPIRED,
    /** Its time has not begun. */
    NOT_YET_VALID,
    /** It is not meant for TLS clients, or does not say what it is meant for. */
    WRONG_USAGE,
    /** It is the certificate of an authority, which signs others and is no caller. */
    AUTHORITY_AS_CALLER,
    /** Its key, or one above it, is too short or of a kind that is not accepted. */
    WEAK_KEY,
    /** It is good, and carries none of the names that may come in. */
    NAME_NOT_PINNED,
    /** It carries more than one SPIFFE identity, so that whose it is would be a guess. */
    NAME_AMBIGUOUS;

    /** The stable code, such as {@code name_not_pinned}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
