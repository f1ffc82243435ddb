package dev.pavise.policy.identity;

import java.util.Locale;

/**
 * Why no identity was proven: for the audit trail and metrics. The caller is told the same whatever it was, so that
 * nobody learns from the answer how far a forged credential got.
 */
public enum UnprovenReason {
    /** No credential was presented. */
    MISSING,
    /** The credential is not of the form that its scheme has. */
    MALFORMED,
    /** An authorization scheme other than {@code Bearer}. */
    UNSUPPORTED_SCHEME,
    /** An opaque token that is not the operator's. */
    UNKNOWN_TOKEN,
    /** No API key is known by this id, or not with this secret. */
    UNKNOWN_API_KEY,
    /** The API key was revoked. */
    REVOKED,
    /** No configured issuer is meant by {@code iss}. */
    UNKNOWN_ISSUER,
    /** The algorithm is not allowed for the issuer, or does not go with the key. */
    ALGORITHM,
    /** A header parameter that would bring its own key or change how the token is read. */
    FORBIDDEN_HEADER,
    /** The token says that it is for something other than access. */
    WRONG_TYPE,
    /** The issuer has no such key. */
    UNKNOWN_KEY,
    /** The keys of the issuer have never been had. */
    ISSUER_KEYS_MISSING,
    /** The issuer has been away for so long that its keys are not believed any more. */
    ISSUER_KEYS_STALE,
    BAD_SIGNATURE,
    /** A claim is missing, or not of its type. */
    BAD_CLAIM,
    WRONG_AUDIENCE,
    EXPIRED,
    NOT_YET_VALID;

    /** The stable name, in lower case. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
