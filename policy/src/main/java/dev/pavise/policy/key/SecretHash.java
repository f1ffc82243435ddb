package dev.pavise.policy.key;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * What is kept of a key's secret: its SHA-256. The secret is 256 random bits, so nobody finds it by trying, however fast the
 * hash; a slow hash as for passwords would only make each request dear.
 *
 * <p>Compared in constant time.
 */
public final class SecretHash {
    private static final int LENGTH = 32;

    private final byte[] sha256;

    private SecretHash(byte[] sha256) {
        this.sha256 = sha256;
    }

    static SecretHash of(String secret) {
        return new SecretHash(sha256(secret));
    }

    /** Reads what {@link #hex} wrote. */
    public static SecretHash ofHex(String hex) {
        byte[] bytes = HexFormat.of().parseHex(hex);
        if (bytes.length != LENGTH) {
            throw new IllegalArgumentException("a secret's hash has " + LENGTH + " bytes, not " + bytes.length);
        }
        return new SecretHash(bytes);
    }

    /** For the store. Not a secret, but for nobody else either. */
    public String hex() {
        return HexFormat.of().formatHex(sha256);
    }

    boolean matches(byte[] presented) {
        return MessageDigest.isEqual(sha256, presented);
    }

    static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.US_ASCII));
        } catch (NoSuchAlgorithmException absent) {
            throw new IllegalStateException("every Java platform has SHA-256", absent);
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof SecretHash hash && matches(hash.sha256);
    }

    /** The same for all, so that no part of a hash is printed by accident. */
    @Override
    public int hashCode() {
        return SecretHash.class.hashCode();
    }

    @Override
    public String toString() {
        return "***";
    }
}
