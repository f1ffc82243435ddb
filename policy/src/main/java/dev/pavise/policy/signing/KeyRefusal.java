package dev.pavise.policy.signing;

/** Why a signature is not one of a trusted key. */
public enum KeyRefusal {
    /** The key that is named is not trusted. */
    UNKNOWN,
    /** No trusted key made the signature. */
    BAD_SIGNATURE,
    REVOKED,
    NOT_YET_VALID,
    EXPIRED
}
