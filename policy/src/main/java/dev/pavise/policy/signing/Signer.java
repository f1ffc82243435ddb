package dev.pavise.policy.signing;

/** Who signed, as far as it can be believed. */
public sealed interface Signer {
    /** A key that is trusted now made the signature. */
    record Trusted(TrustedKey key) implements Signer {}

    /** No such key did. */
    record Distrusted(KeyRefusal why, String reason) implements Signer {}
}
