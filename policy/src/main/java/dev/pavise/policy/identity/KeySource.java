package dev.pavise.policy.identity;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Where the keys of an issuer are. Read once, when a configuration is loaded, but for those that are fetched. */
public sealed interface KeySource {
    /** One public key in PEM. */
    record PublicKeyFile(Path file) implements KeySource {}

    /** A JSON Web Key Set (RFC 7517) with public keys. */
    record JwksFile(Path file) implements KeySource {}

    /** A key set that somebody else fetches and keeps fresh. */
    record Remote(RemoteKeys keys) implements KeySource {}

    /** A secret shared with the issuer, of at least 32 bytes. Printed as {@code ***}. */
    final class SharedSecret implements KeySource {
        private static final int MIN_BYTES = 32;
        private final byte[] secret;

        public SharedSecret(String secret) {
            this.secret = secret.getBytes(StandardCharsets.UTF_8);
            if (this.secret.length < MIN_BYTES) {
                throw new IllegalArgumentException("the shared secret of an issuer has " + this.secret.length
                        + " bytes, HS256 needs at least " + MIN_BYTES + " (RFC 7518, section 3.2)");
            }
        }

        byte[] secret() {
            return secret.clone();
        }

        @Override
        public String toString() {
            return "***";
        }
    }
}
