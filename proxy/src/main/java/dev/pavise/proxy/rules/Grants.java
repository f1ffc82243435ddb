package dev.pavise.proxy.rules;

import dev.pavise.policy.Binding;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Role;
import dev.pavise.proxy.config.AccessConfig;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.IdentityConfig;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Who is given what by a configuration.
 *
 * @param issuers what the claims of each issuer's tokens can give, by the issuer's name
 */
public record Grants(List<Role> roles, List<Binding> bindings, Map<String, MayGrant> issuers) {
    public Grants {
        roles = List.copyOf(roles);
        bindings = List.copyOf(bindings);
        issuers = Map.copyOf(issuers);
    }

    /** What cannot be honoured is left out and noted. */
    public static Grants of(GatewayConfig config, Attempts attempts) {
        Map<String, MayGrant> issuers = new LinkedHashMap<>();
        config.identity().issuers().forEach(issuer -> issuers.put(issuer.name(), mayGrant(config, issuer, attempts)));
        return new Grants(roles(config, attempts), bindings(config, attempts), issuers);
    }

    private static List<Role> roles(GatewayConfig config, Attempts attempts) {
        List<Role> roles = new ArrayList<>();
        for (AccessConfig.Role role : config.access().roles()) {
            Role made = attempts.attempt(role.place(), () -> {
                Set<Permission> permissions = new HashSet<>();
                role.permissions().forEach(text -> permissions.add(Permission.parse(text)));
                return new Role(role.name(), permissions);
            });
            if (made != null) {
                roles.add(made);
            }
        }
        return roles;
    }

    private static List<Binding> bindings(GatewayConfig config, Attempts attempts) {
        List<Binding> bindings = new ArrayList<>();
        for (AccessConfig.Binding binding : config.access().bindings()) {
            Binding made = attempts.attempt(binding.place(), () -> {
                Set<String> given = new HashSet<>(binding.roles());
                return binding.principal() != null
                        ? Binding.ofPrincipal(binding.principal(), given)
                        : Binding.ofGroup(String.valueOf(binding.group()), given);
            });
            if (made != null) {
                bindings.add(made);
            }
        }
        return bindings;
    }

    private static MayGrant mayGrant(GatewayConfig config, IdentityConfig.Issuer issuer, Attempts attempts) {
        List<String> listed = issuer.mayGrant();
        if (listed == null) {
            return MayGrant.byDefault();
        }
        Set<String> roles = new HashSet<>();
        Set<Permission> permissions = new HashSet<>();
        for (String name : listed) {
            boolean isRole = config.access().roles().stream()
                            .anyMatch(role -> role.name().equals(name))
                    || name.equals("admin");
            if (isRole) {
                roles.add(name);
            } else {
                Permission permission = attempts.attempt(issuer.place(), () -> Permission.parse(name));
                if (permission != null) {
                    permissions.add(permission);
                }
            }
        }
        return new MayGrant.Listed(roles, permissions);
    }
}
