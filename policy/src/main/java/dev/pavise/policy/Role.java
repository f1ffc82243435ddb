package dev.pavise.policy;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/** A named set of permissions. {@code admin} is built in and means everything. */
public record Role(String name, Set<Permission> permissions) {
    /** The role of the operator. */
    public static final Role ADMIN = new Role("admin", Set.of(Permission.ALL));

    private static final int MAX_NAME = 128;

    public Role {
        if (name.isEmpty() || name.length() > MAX_NAME || !Quoted.isPlain(name)) {
            throw new IllegalArgumentException(
                    "role name `" + Quoted.of(name) + "` is unfit, use 1 to " + MAX_NAME + " printable characters");
        }
        if (permissions.isEmpty()) {
            throw new IllegalArgumentException(
                    "role `" + name + "` has no permissions, name at least one or remove it");
        }
        permissions = Collections.unmodifiableSet(new LinkedHashSet<>(permissions));
    }
}
