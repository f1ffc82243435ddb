package dev.pavise.proxy.explain;

import dev.pavise.policy.Permission;
import java.util.Map;
import java.util.Set;

/** A caller as somebody describes it. But for {@link Token}, nothing is proven. */
public sealed interface DescribedIdentity {
    /** No credential. */
    record Nobody() implements DescribedIdentity {}

    /** The operator token. */
    record Operator() implements DescribedIdentity {}

    /** The name in a client certificate. */
    record Certificate(String name) implements DescribedIdentity {}

    /** The name of an API key and the permissions that it was made with; they stand in no configuration. */
    record Key(String name, Set<Permission> permissions) implements DescribedIdentity {
        public Key {
            permissions = Set.copyOf(permissions);
        }
    }

    /** Claims as a token of an issuer would make them. */
    record Claims(String issuer, Map<String, Object> claims) implements DescribedIdentity {}

    /** A real token: its signature is checked with the keys of the configuration, as far as they are files. */
    record Token(String text) implements DescribedIdentity {
        /** A token is a credential. */
        @Override
        public String toString() {
            return "a token";
        }
    }

    /** Reads {@code operator}, {@code none}, {@code cert:<name>} and {@code key:<name>}; else throws {@link IllegalArgumentException}. */
    static DescribedIdentity parse(String text, Set<Permission> permissions) {
        if (!permissions.isEmpty() && !text.startsWith("key:")) {
            throw new IllegalArgumentException(
                    "only a key is given permissions; the others have those of the configuration");
        }
        if (text.startsWith("cert:") && text.length() > "cert:".length()) {
            return new Certificate(text.substring("cert:".length()));
        }
        if (text.startsWith("key:") && text.length() > "key:".length()) {
            return new Key(text.substring("key:".length()), permissions);
        }
        return switch (text) {
            case "operator" -> new Operator();
            case "none" -> new Nobody();
            default ->
                throw new IllegalArgumentException(
                        "`" + text
                                + "` is no identity, write operator, none, cert:<name> or key:<name>; a token's is told by its claims");
        };
    }
}
