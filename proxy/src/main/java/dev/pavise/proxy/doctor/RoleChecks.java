package dev.pavise.proxy.doctor;

import dev.pavise.proxy.config.AccessConfig;
import dev.pavise.proxy.config.GatewayConfig;
import dev.pavise.proxy.config.IdentityConfig;
import dev.pavise.proxy.config.RouteConfig;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may do what: too much, or for nobody. */
final class RoleChecks {
    private static final String ADMIN = "admin";

    private RoleChecks() {}

    static void everything(Examined examined, Notes notes) {
        List<String> wide = examined.config().access().roles().stream()
                .filter(role -> role.permissions().stream().anyMatch(RoleChecks::isEverything))
                .map(AccessConfig.Role::name)
                .toList();
        if (wide.isEmpty()) {
            notes.ok("no role of the configuration may do everything");
        } else {
            notes.warn(
                    "may do everything, as `*` is among its permissions: role " + String.join(", ", wide),
                    "name the permissions that it needs");
        }
    }

    private static boolean isEverything(String permission) {
        return permission.equals("*") || permission.startsWith("*:");
    }

    static void administrators(Examined examined, Notes notes) {
        List<String> bound = examined.config().access().bindings().stream()
                .filter(binding -> binding.roles().contains(ADMIN))
                .map(RoleChecks::whose)
                .toList();
        if (bound.isEmpty()) {
            notes.ok("nobody but the operator token is admin by the configuration");
        } else {
            notes.warn("bound to admin: " + String.join(", ", bound), "give them a role of what they need");
        }
    }

    static void unusedRoles(Examined examined, Notes notes) {
        GatewayConfig config = examined.config();
        Set<String> used = new HashSet<>();
        config.access().bindings().forEach(binding -> used.addAll(binding.roles()));
        boolean anyByToken = false;
        for (IdentityConfig.Issuer issuer : config.identity().issuers()) {
            List<String> listed = issuer.mayGrant();
            anyByToken |= listed == null;
            if (listed != null) used.addAll(listed);
        }
        List<String> unused = config.access().roles().stream()
                .map(AccessConfig.Role::name)
                .filter(name -> !used.contains(name))
                .toList();
        if (unused.isEmpty()) {
            notes.ok("every role is bound or may be granted by an issuer");
        } else if (anyByToken) {
            notes.ok("bound to nobody, for tokens to name: role " + String.join(", ", unused));
        } else {
            notes.warn("nobody has, and no token can grant: role " + String.join(", ", unused), "bind or remove it");
        }
    }

    static void deadBindings(Examined examined, Notes notes) {
        GatewayConfig config = examined.config();
        boolean sound = true;
        for (AccessConfig.Binding binding : config.access().bindings()) {
            String why = dead(binding, config);
            if (why == null) continue;
            sound = false;
            notes.warn("the binding of " + whose(binding) + " is for nobody: " + why, "mend or remove it");
        }
        if (sound) notes.ok("every binding is for somebody who can come");
    }

    static void auditOnly(Examined examined, Notes notes) {
        List<String> open = examined.config().routes().stream()
                .filter(route -> route.enforce() == RouteConfig.Enforce.AUDIT_ONLY)
                .map(RouteConfig::name)
                .toList();
        if (open.isEmpty()) {
            notes.ok("every route enforces what it says");
        } else {
            notes.bad(
                    "denies nobody who has an identity, and only records what it would have denied: route "
                            + String.join(", ", open),
                    "drop enforce: audit-only once the records show what was expected");
        }
    }

    private static @Nullable String dead(AccessConfig.Binding binding, GatewayConfig config) {
        String name = binding.principal() != null ? binding.principal() : String.valueOf(binding.group());
        if (name.startsWith("cert:") && config.tls().clientCa() == null) return "tls.client_ca is not set";
        if (!name.startsWith("jwt:")) return null;
        String issuer = name.substring("jwt:".length()).split(":", 2)[0];
        boolean known = config.identity().issuers().stream()
                .anyMatch(each -> each.name().equals(issuer));
        return known ? null : "there is no issuer " + issuer;
    }

    private static String whose(AccessConfig.Binding binding) {
        return binding.principal() != null ? binding.principal() : "group " + binding.group();
    }
}
