package dev.pavise.proxy.access;

import dev.pavise.policy.Binding;
import dev.pavise.policy.Role;
import dev.pavise.policy.grant.Rulebook;
import dev.pavise.policy.key.KeyFormat;
import dev.pavise.proxy.config.AccessConfig;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.rules.Attempts;
import dev.pavise.proxy.rules.Grants;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** What a configuration says about access at run time. */
public final class ConfiguredAccess {
    private ConfiguredAccess() {}

    /**
     * Its roles and bindings.
     *
     * @throws IllegalArgumentException where they cannot be honoured
     */
    public static Rulebook rulebook(GatewayConfig config) {
        Map<String, Role> roles = new LinkedHashMap<>();
        Attempts attempts = new Attempts();
        Grants.of(config, attempts).roles().forEach(role -> roles.put(role.name(), role));
        if (attempts.failed()) {
            throw new IllegalArgumentException(attempts.errors().getFirst().toString());
        }
        roles.put(Role.ADMIN.name(), Role.ADMIN);
        Set<String> issuers = config.identity().issuers().stream()
                .map(IdentityConfig.Issuer::name)
                .collect(Collectors.toUnmodifiableSet());
        List<Rulebook.Configured> bindings = new ArrayList<>();
        for (AccessConfig.Binding binding : config.access().bindings()) {
            String holder = holder(binding, issuers);
            binding.roles()
                    .forEach(role -> bindings.add(new Rulebook.Configured(
                            holder,
                            role,
                            binding.place().file() + ":" + binding.place().line())));
        }
        return new Rulebook(roles, issuers, bindings);
    }

    private static String holder(AccessConfig.Binding binding, Set<String> issuers) {
        Set<String> roles = new LinkedHashSet<>(binding.roles());
        return binding.principal() != null
                ? Binding.ofPrincipal(binding.principal(), roles).prefixed(issuers)
                : "group "
                        + Binding.ofGroup(String.valueOf(binding.group()), roles)
                                .prefixed(issuers);
    }

    /** Its bounds for keys. */
    public static AccessSettings settings(GatewayConfig config) {
        IdentityConfig.ApiKeys keys = config.identity().apiKeys();
        return new AccessSettings(KeyFormat.of(keys.prefix(), keys.alsoAccept()), keys.maxAge(), keys.max());
    }
}
