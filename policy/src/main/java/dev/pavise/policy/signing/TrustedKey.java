package dev.pavise.policy.signing;

import dev.pavise.policy.Quoted;
import java.time.Instant;
import java.util.regex.Pattern;

/**
 * A key that is trusted to sign, under the name of who holds it, from one time until another. While a key is being
 * replaced there are several of one name.
 *
 * @param notBefore the first moment; {@link Instant#MIN} where it was trusted ever since
 * @param notAfter the moment from which on it is not trusted any more; {@link Instant#MAX} where there is none
 */
public record TrustedKey(String name, VerifyKey key, Instant notBefore, Instant notAfter) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._@-]{1,64}");

    public TrustedKey {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "key name `" + Quoted.of(name) + "` is unfit, use 1 to 64 letters, digits and `.`, `_`, `@`, `-`");
        }
        if (!notBefore.isBefore(notAfter)) {
            throw new IllegalArgumentException(
                    "key `" + name + "` is never valid, its `not_after` is not after its `not_before`");
        }
    }

    /** Trusted until it is revoked. */
    public static TrustedKey always(String name, VerifyKey key) {
        return new TrustedKey(name, key, Instant.MIN, Instant.MAX);
    }

    public KeyId id() {
        return key.id();
    }
}
