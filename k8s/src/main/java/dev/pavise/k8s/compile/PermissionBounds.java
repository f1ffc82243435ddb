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

    private final List<Permission> listed = new ArrayList<>();
    private final List<Permission> ofBase = new ArrayList<>();
    private final Set<String> roles = new LinkedHashSet<>();

    /**
     * @param mayGrant as the operator wrote it; roles of the base among them
     * @throws IllegalArgumentException where something is neither
     */
    PermissionBounds(List<String> mayGrant, BaseConfig base) {
        for (String name : mayGrant) {
            if (base.hasRole(name)) roles.add(name);
            else listed.add(Permission.parse(name));
        }
        base.config().routes().forEach(route -> ofBase.add(Permission.parse(route.permission())));
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
        boolean operators = permission.resource().equals("*")
                || OWN.contains(permission.resource())
                || ofBase.stream().anyMatch(permission::covers);
        return !operators || listed.stream().anyMatch(bound -> bound.covers(permission));
    }

    private static String refusal(Permission permission) {
        return "`" + permission
                + "` is the operator's to give: it reaches what the gateway itself or a route of the base asks for, and"
                + " `injection.may_grant` has nothing that covers it";
    }
}
