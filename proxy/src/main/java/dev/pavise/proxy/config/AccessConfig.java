package dev.pavise.proxy.config;

import dev.pavise.policy.config.Place;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what: roles and who has them, whichever file they stand in.
 *
 * @param rolesFile the file that holds the roles, where they are not in the main one
 */
public record AccessConfig(@Nullable Path rolesFile, List<Role> roles, List<Binding> bindings) {

    /** Copies the lists. */
    public AccessConfig {
        roles = List.copyOf(roles);
        bindings = List.copyOf(bindings);
    }

    /** A named list of permissions, each {@code resource:action} as written. */
    public record Role(String name, List<String> permissions, Place place) {

        /** Copies the list. */
        public Role {
            Objects.requireNonNull(name);
            Objects.requireNonNull(place);
            permissions = List.copyOf(permissions);
        }
    }

    /** Gives roles to one principal or to one group: exactly one of the two is there. */
    public record Binding(
            @Nullable String principal, @Nullable String group, List<String> roles, Place place) {

        /** Copies the list. */
        public Binding {
            Objects.requireNonNull(place);
            roles = List.copyOf(roles);
            if ((principal == null) == (group == null)) {
                throw new IllegalArgumentException("a binding is for a principal or for a group");
            }
        }
    }
}
