package dev.pavise.policy;

import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The permissions that one principal holds, each with the source it came from. Immutable; asking costs at most three
 * hash lookups, however many permissions there are, and allocates nothing.
 */
public final class PermissionSet {
    /** Holds nothing, allows nothing. */
    public static final PermissionSet NONE = new PermissionSet(Map.of());

    /** A permission that is held, and where from: {@code role developer} or {@code claim permissions}. */
    public record Grant(Permission permission, String source) {}

    private final Map<Permission, String> sources;
    private final boolean everything;
    private final Set<Permission> exact;
    private final Set<String> wholeResources;
    private final Set<String> wholeActions;

    private PermissionSet(Map<Permission, String> sources) {
        this.sources = sources;
        this.everything = sources.containsKey(Permission.ALL);
        Set<Permission> plain = new HashSet<>();
        Set<String> resources = new HashSet<>();
        Set<String> actions = new HashSet<>();
        for (Permission held : sources.keySet()) {
            if (held.equals(Permission.ALL)) {
                continue;
            }
            if (held.action().equals("*")) {
                resources.add(held.resource());
            } else if (held.resource().equals("*")) {
                actions.add(held.action());
            } else {
                plain.add(held);
            }
        }
        this.exact = Set.copyOf(plain);
        this.wholeResources = Set.copyOf(resources);
        this.wholeActions = Set.copyOf(actions);
    }

    /** Permissions with the source of each; where the map iterates in order, that order is the one of explanations. */
    public static PermissionSet of(Map<Permission, String> sources) {
        return sources.isEmpty() ? NONE : new PermissionSet(new LinkedHashMap<>(sources));
    }

    public boolean allows(Permission needed) {
        return everything
                || exact.contains(needed)
                || wholeResources.contains(needed.resource())
                || wholeActions.contains(needed.action());
    }

    /** The first permission that allows what is needed, for an explanation; not for the hot path. */
    public Optional<Grant> granting(Permission needed) {
        for (Map.Entry<Permission, String> held : sources.entrySet()) {
            if (held.getKey().covers(needed)) {
                return Optional.of(new Grant(held.getKey(), held.getValue()));
            }
        }
        return Optional.empty();
    }

    /** What is held, in the order of explanations. */
    public Set<Permission> permissions() {
        return Collections.unmodifiableSet(sources.keySet());
    }

    @Override
    public String toString() {
        return sources.keySet().toString();
    }
}
