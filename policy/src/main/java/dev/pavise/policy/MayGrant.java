package dev.pavise.policy;

import java.util.Set;

/**
 * What the claims of an issuer's tokens can give. It bounds the issuer, who writes the token; the bindings of the
 * configuration are the operator's own word and are not bounded by it.
 */
public sealed interface MayGrant {
    /**
     * The roles of the configuration and the permissions that routes name, but nothing that would reach {@code auth:}
     * (so neither {@code *}, nor {@code auth:*}, nor {@code *:manage}), by whatever role or claim it comes.
     */
    record ByDefault() implements MayGrant {}

    /** Exactly these roles, with all that they hold, and these permissions. Both empty: claims give nothing. */
    record Listed(Set<String> roles, Set<Permission> permissions) implements MayGrant {
        public Listed {
            roles = Set.copyOf(roles);
            permissions = Set.copyOf(permissions);
        }
    }

    /** Claims give nothing. */
    MayGrant NOTHING = new Listed(Set.of(), Set.of());

    static MayGrant byDefault() {
        return new ByDefault();
    }
}
