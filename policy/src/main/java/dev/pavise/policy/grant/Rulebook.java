package dev.pavise.policy.grant;

import dev.pavise.policy.Permission;
import dev.pavise.policy.Role;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the configuration says about roles, as far as changes at run time are judged by it.
 *
 * @param roles those of the configuration and the built-in one, by name
 * @param issuers the names of the configured issuers
 * @param bindings what the configuration binds, one for each role
 */
public record Rulebook(Map<String, Role> roles, Set<String> issuers, List<Configured> bindings) {
    /**
     * A role that the configuration gives.
     *
     * @param holder the prefixed id of a principal, or {@code group } and the prefixed name of a group
     * @param place the file and line, for messages
     */
    public record Configured(String holder, String role, String place) {}

    public Rulebook {
        roles = Map.copyOf(roles);
        issuers = Set.copyOf(issuers);
        bindings = List.copyOf(bindings);
    }

    /** Whether the role is there and allows everything, whatever it is called. */
    public boolean givesEverything(String role) {
        Role known = roles.get(role);
        return known != null && known.permissions().contains(Permission.ALL);
    }
}
