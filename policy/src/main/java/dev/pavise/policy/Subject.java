package dev.pavise.policy;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Who a credential was proven to belong to, with what it claims, before roles and permissions are worked out. Only the
 * checks of {@code dev.pavise.policy.identity} should make one: whoever calls {@link Policy#principal} vouches for it.
 */
public sealed interface Subject {
    /** The claim that names who acts for the subject (RFC 8693, section 4.1). */
    String ACTOR = "act";

    /** The prefixed name that bindings and audit records use. */
    String id();

    /** The name without its prefix. */
    String name();

    /** The holder of the operator token. */
    record Operator() implements Subject {
        @Override
        public String id() {
            return "operator";
        }

        @Override
        public String name() {
            return "operator";
        }
    }

    /** The holder of a client certificate's key. */
    record Certificate(String name) implements Subject {
        @Override
        public String id() {
            return "cert:" + name;
        }
    }

    /**
     * The holder of an API key.
     *
     * @param keyId tells keys of one name apart, as there are two while one is rotated; no secret
     * @param permissions what its maker gave it
     * @param expiry when it runs out, or null for a key that does not
     */
    record ApiKey(
            String keyId,
            String name,
            Set<Permission> permissions,
            @Nullable Instant expiry) implements Subject {
        public ApiKey {
            permissions = Set.copyOf(permissions);
        }

        @Override
        public String id() {
            return "key:" + name;
        }
    }

    /**
     * The bearer of a verified token.
     *
     * @param issuer the name that the configuration gives to the issuer, free of colons
     * @param name the subject
     * @param permissions texts of the {@code permissions} claim and words of {@code scope}; what is no permission gives
     *     nothing
     * @param claims every claim of the token: text, numbers, booleans, lists and maps
     * @param expiry when the token runs out
     */
    record Token(
            String issuer,
            String name,
            List<String> roles,
            List<String> permissions,
            List<String> groups,
            Map<String, Object> claims,
            Instant expiry)
            implements Subject {
        public Token {
            if (issuer.isEmpty() || issuer.indexOf(':') >= 0) {
                throw new IllegalArgumentException("an issuer's name is not empty and has no colon");
            }
            roles = List.copyOf(roles);
            permissions = List.copyOf(permissions);
            groups = List.copyOf(groups);
            claims = Map.copyOf(claims);
        }

        @Override
        public String id() {
            return "jwt:" + issuer + ":" + name;
        }

        /** Who acts for the subject, the one that acts now first; empty where nobody else does. It is for records alone. */
        public List<String> actors() {
            return claims.containsKey(ACTOR)
                    ? ActorChain.read(claims.get(ACTOR)).orElse(List.of())
                    : List.of();
        }

        /** Claims hold what the issuer says about a person; they do not belong into a log line. */
        @Override
        public String toString() {
            return id();
        }
    }
}
