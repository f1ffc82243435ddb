package dev.pavise.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The roles of one configuration, and the built-in one. */
final class Roles {
    private final Map<String, Role> byName;

    private Roles(Map<String, Role> byName) {
        this.byName = byName;
    }

    static Roles of(Collection<Role> configured) {
        Map<String, Role> byName = new LinkedHashMap<>();
        for (Role role : configured) {
            if (role.name().equals(Role.ADMIN.name()) && !role.equals(Role.ADMIN)) {
                throw new IllegalArgumentException(
                        "role `admin` is built in and means `*`, give the narrower one another name");
            }
            if (byName.put(role.name(), role) != null) {
                throw new IllegalArgumentException("role `" + role.name() + "` is defined twice, merge the two");
            }
        }
        byName.put(Role.ADMIN.name(), Role.ADMIN);
        return new Roles(byName);
    }

    /** The role of that name, which the configuration itself asks for: an unknown one stops the start. */
    Role require(String name, String place) {
        Role role = byName.get(name);
        if (role == null) {
            throw new IllegalArgumentException(place + " names role `" + Quoted.of(name)
                    + "`, which does not exist, define it under `roles` or take one of " + byName.keySet());
        }
        return role;
    }

    /** Those of the names that are roles; a token may claim any names it likes. */
    List<Role> known(Collection<String> names) {
        List<Role> known = new ArrayList<>();
        for (String name : names) {
            Role role = byName.get(name);
            if (role != null) {
                known.add(role);
            }
        }
        return known;
    }
}
