package dev.pavise.policy.identity;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The keys of one issuer. */
sealed interface KeySet {
    /** The keys that a token with this {@code kid}, or without one, can be signed with. */
    List<VerificationKey> candidates(@Nullable String keyId);

    /** Every key. */
    List<VerificationKey> all();

    /** One key that was configured by itself; what a token calls it does not matter. */
    record Single(VerificationKey key) implements KeySet {
        @Override
        public List<VerificationKey> candidates(@Nullable String keyId) {
            return all();
        }

        @Override
        public List<VerificationKey> all() {
            return List.of(key);
        }
    }

    /** A key with the name that its publisher gave it. */
    record NamedKey(@Nullable String keyId, PublicVerificationKey key) {}

    /** A published set. A token that names a key gets that one or none. */
    final class Published implements KeySet {
        private final Map<String, List<VerificationKey>> byId = new LinkedHashMap<>();
        private final List<VerificationKey> all;

        Published(List<NamedKey> keys) {
            this.all = keys.stream().<VerificationKey>map(NamedKey::key).toList();
            for (NamedKey named : keys) {
                if (named.keyId() != null) {
                    byId.merge(named.keyId(), List.of(named.key()), Published::joined);
                }
            }
        }

        @Override
        public List<VerificationKey> candidates(@Nullable String keyId) {
            return keyId == null ? all : byId.getOrDefault(keyId, List.of());
        }

        @Override
        public List<VerificationKey> all() {
            return all;
        }

        private static List<VerificationKey> joined(List<VerificationKey> some, List<VerificationKey> more) {
            return Stream.concat(some.stream(), more.stream()).toList();
        }
    }
}
