package dev.pavise.auditlog.redact;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Puts the first 128 bits of HMAC-SHA-256 in place of a value, as {@code hmac:<base64url>}. Whoever has the key can tell whether
 * a value they know is the one; whoever has not can tell only that two are the same.
 */
public final class KeyedHash {
    /** The fewest bytes of a key. */
    public static final int LEAST_KEY = 32;

    private static final int KEPT = 16;
    private static final String MARK = "hmac:";

    private final SecretKeySpec key;

    public KeyedHash(byte[] key) {
        if (key.length < LEAST_KEY) {
            throw new IllegalArgumentException("the key has " + key.length + " bytes, fewer than " + LEAST_KEY);
        }
        this.key = new SecretKeySpec(key, "HmacSHA256");
    }

    public String of(String value) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(key);
            byte[] whole = mac.doFinal(value.getBytes(StandardCharsets.UTF_8));
            return MARK + Base64.getUrlEncoder().withoutPadding().encodeToString(Arrays.copyOf(whole, KEPT));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("this Java has no HMAC-SHA-256", e);
        }
    }
}
