package dev.pavise.proxy.access;

import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** What somebody wants the roles of a principal to become, as far as they are given at run time. */
public sealed interface RoleRequest {
    /** These as well. */
    record Add(Set<String> roles) implements RoleRequest {
        public Add {
            roles = Set.copyOf(new LinkedHashSet<>(roles));
        }
    }

    /** These and no others. */
    record Become(Set<String> roles) implements RoleRequest {
        public Become {
            roles = Set.copyOf(new LinkedHashSet<>(roles));
        }
    }

    /** Not this one any more. */
    record Remove(String role) implements RoleRequest {}

    /** None any more. */
    record RemoveAll() implements RoleRequest {}

    /**
     * What became of it.
     *
     * @param principal the prefixed id
     * @param before the roles that were given at run time
     * @param after the roles that are
     */
    record Outcome(String principal, List<String> before, List<String> after) {
        public Outcome {
            before = List.copyOf(before);
            after = List.copyOf(after);
        }
    }
}
