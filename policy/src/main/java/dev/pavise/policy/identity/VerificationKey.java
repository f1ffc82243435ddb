package dev.pavise.policy.identity;

/**
 * A key that can check signatures of some algorithms. It knows for which: a token only names one of them, and gets no
 * check by any other.
 */
sealed interface VerificationKey permits PublicVerificationKey, SecretVerificationKey {
    /** Whether the key can check signatures of the algorithm, by its kind and by what its publisher says of it. */
    boolean fits(Algorithm algorithm);

    /** Whether the signature is good. Anything that goes wrong means that it is not. */
    boolean verifies(Algorithm algorithm, byte[] signed, byte[] signature);
}
