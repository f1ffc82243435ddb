package dev.pavise.k8s.compile;

import dev.pavise.policy.Permission;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which permissions resources may give, and ask for: a permission that a route names can be claimed by tokens, so that naming one is giving it.
 *
 * <p>Holds against whoever may write resources in a namespace and nothing else in the cluster.
 */
final class PermissionBounds {
    /** What the gateway itself asks permissions for. */
    static final Set<String> OWN =
            Set.of("audit", "auth", "cluster", "config", "k8s", "manifest", "metrics", "secret", "tool");

    private final @Nullable List<Permission> listed;
    private final Set<String> roles = new LinkedHashSet<>();

    /**
     * @param mayGrant as the operator wrote it; roles of the base among them
     * @throws IllegalArgumentException where something is neither
     */
    PermissionBounds(@Nullable List<String> mayGrant, BaseConfig base) {
        if (mayGrant == null) {
            listed = null;
            return;
        }
        List<Permission> permissions = new ArrayList<>();
        for (String name : mayGrant) {
            if (base.hasRole(name)) roles.add(name);
            else permissions.add(Permission.parse(name));
        }
        listed = List.copyOf(permissions);
    }

    /** Whether a binding of a namespace may give a role of the base. */
    boolean allowsRole(String role) {
        return roles.contains(role);
    }

    void check(String field, @Nullable Object said, Problems problems) {
        if (!(said instanceof String text)) {
            problems.invalid(field, "is no permission; write resource:action");
            return;
        }
        Permission permission;
        try {
            permission = Permission.parse(text);
        } catch (IllegalArgumentException unfit) {
            problems.invalid(field, String.valueOf(unfit.getMessage()));
            return;
        }
        if (!allows(permission)) problems.notAllowed(field, refusal(permission));
    }

    private boolean allows(Permission permission) {
        return listed == null
                ? !permission.resource().equals("*") && !OWN.contains(permission.resource())
                : listed.stream().anyMatch(bound -> bound.covers(permission));
    }

    private String refusal(Permission permission) {
        String bound = listed == null
                ? "those that the gateway itself asks for, and `*`, are the operator's to give"
                : "the operator's `resources.may_grant` has none that covers it";
        return "`" + permission + "` is not for resources to give or ask for: " + bound;
    }
}
