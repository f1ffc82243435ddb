package dev.pavise.proxy.server;

import dev.pavise.policy.Binding;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Role;
import dev.pavise.policy.identity.Identities;
import dev.pavise.policy.identity.JwtVerifier;
import dev.pavise.policy.identity.OperatorToken;
import dev.pavise.policy.limit.Limiter;
import dev.pavise.policy.limit.Limits;
import dev.pavise.policy.limit.RefusedCredentials;
import dev.pavise.proxy.access.AccessState;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * Who may do what under one configuration: makes policy and identities of it and of what was given by API. Kept with the snapshot, so that a
 * change of keys or bindings needs no new configuration.
 *
 * @param configured bindings of the configuration; that they can be honoured was checked
 * @param named the permissions that routes name
 */
record AccessCompiler(
        List<Role> roles,
        List<Binding> configured,
        List<Permission> named,
        Map<String, MayGrant> issuers,
        JwtVerifier tokens,
        OperatorToken operator,
        RefusedCredentials refused,
        Limits limits,
        InstantSource clock) {
    /** The limit of single keys; each has a count of its own. */
    static final String KEY_LIMIT = "key";

    /** @param perKey the rates of single keys, by the id of the key's principal */
    record Access(Policy policy, Identities identities, Map<String, Limiter> perKey) {}

    /**
     * @param warn told what was given by API and gives nothing under this configuration
     * @throws IllegalArgumentException if the configuration's own part cannot be honoured
     */
    Access compile(AccessState given, Consumer<String> warn) {
        List<Binding> bindings = new ArrayList<>(configured);
        given.bindings().forEach(binding -> addKnown(binding, bindings, warn));
        Policy policy = Policy.compile(roles, bindings, named, issuers);
        Map<String, Limiter> perKey = new HashMap<>();
        given.limits().forEach((key, rate) -> perKey.put(key, limits.limiter(KEY_LIMIT, rate)));
        return new Access(
                policy, new Identities(policy, tokens, operator, given.keys(), refused, clock), Map.copyOf(perKey));
    }

    /** A binding outlives the role and the issuer that it names; it gives nothing then, and the gateway starts all the same. */
    private void addKnown(Binding binding, List<Binding> bindings, Consumer<String> warn) {
        String issuer = binding.name().startsWith("jwt:") ? binding.name().split(":", 3)[1] : null;
        if (issuer != null && !issuers.containsKey(issuer)) {
            warn.accept("`" + binding.name() + "` was given roles by API, and there is no issuer `" + issuer
                    + "` any more; they give nothing");
            return;
        }
        Set<String> known = new LinkedHashSet<>();
        for (String role : binding.roles()) {
            if (role.equals(Role.ADMIN.name())
                    || roles.stream().anyMatch(one -> one.name().equals(role))) {
                known.add(role);
            } else {
                warn.accept("`" + binding.name() + "` was given role `" + role
                        + "` by API, which is not defined any more; it gives nothing");
            }
        }
        if (!known.isEmpty()) {
            bindings.add(new Binding(binding.holder(), binding.name(), known));
        }
    }
}
