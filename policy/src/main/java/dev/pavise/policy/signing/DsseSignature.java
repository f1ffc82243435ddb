package dev.pavise.policy.signing;

/**
 * One signature in an envelope.
 *
 * @param keyId what the envelope says of the key, which nothing vouches for; empty where it says nothing
 */
public record DsseSignature(String keyId, SignatureBytes signature) {}
