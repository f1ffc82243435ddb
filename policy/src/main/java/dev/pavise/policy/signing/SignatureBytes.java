package dev.pavise.policy.signing;

import java.util.Arrays;
import java.util.Base64;

/** The 64 bytes of an Ed25519 signature (RFC 8032), of which nothing is known but their number. */
public final class SignatureBytes {
    private static final int LENGTH = 64;

    private final byte[] bytes;

    private SignatureBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Throws {@link IllegalArgumentException} where there are not 64. */
    public static SignatureBytes of(byte[] bytes) {
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException(
                    "a signature has " + bytes.length + " bytes, of Ed25519 it has " + LENGTH);
        }
        return new SignatureBytes(bytes.clone());
    }

    /** Reads standard Base64 with its padding, of which each signature has exactly one. */
    public static SignatureBytes ofBase64(String text) {
        return of(StrictBase64.standard(text)
                .orElseThrow(() -> new IllegalArgumentException("a signature is not in Base64 (RFC 4648, section 4)")));
    }

    public byte[] bytes() {
        return bytes.clone();
    }

    public String base64() {
        return Base64.getEncoder().encodeToString(bytes);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SignatureBytes signature && Arrays.equals(signature.bytes, bytes);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(bytes);
    }

    @Override
    public String toString() {
        return base64();
    }
}
