package dev.pavise.policy;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The bindings of one configuration, by the prefixed name of whom they bind. */
final class Bindings {
    private static final String TOKEN = "jwt:";
    private static final String CERTIFICATE = "cert:";

    private final Map<String, List<Role>> principals;
    private final Map<String, List<Role>> groups;

    private Bindings(Map<String, List<Role>> principals, Map<String, List<Role>> groups) {
        this.principals = principals;
        this.groups = groups;
    }

    static Bindings of(Collection<Binding> configured, Roles roles, Set<String> issuers) {
        Map<String, List<Role>> principals = new LinkedHashMap<>();
        Map<String, List<Role>> groups = new LinkedHashMap<>();
        for (Binding binding : configured) {
            Map<String, List<Role>> bound = binding.holder() == Binding.Holder.GROUP ? groups : principals;
            List<Role> given = bound.computeIfAbsent(binding.prefixed(issuers), name -> new ArrayList<>());
            for (String role : binding.roles()) {
                given.add(roles.require(role, "the binding of `" + binding.name() + "`"));
            }
        }
        return new Bindings(principals, groups);
    }

    List<Role> ofPrincipal(String id) {
        return principals.getOrDefault(id, List.of());
    }

    List<Role> ofGroup(String issuer, String group) {
        return groups.isEmpty() ? List.of() : groups.getOrDefault(TOKEN + issuer + ":" + group, List.of());
    }

    /** The names of the certificates that are bound. */
    Set<String> certificates() {
        Set<String> names = new LinkedHashSet<>();
        for (String id : principals.keySet()) {
            if (id.startsWith(CERTIFICATE)) {
                names.add(id.substring(CERTIFICATE.length()));
            }
        }
        return names;
    }
}
