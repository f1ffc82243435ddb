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
    private static final String KEY = "key:";

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
            List<Role> given = bound.computeIfAbsent(prefixed(binding, issuers), name -> new ArrayList<>());
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

    private static String prefixed(Binding binding, Set<String> issuers) {
        String name = binding.name();
        boolean group = binding.holder() == Binding.Holder.GROUP;
        if (name.startsWith(TOKEN)) {
            checkIssuer(name, issuers);
            return name;
        }
        if (name.startsWith(CERTIFICATE) && !group) {
            if (name.length() == CERTIFICATE.length()) {
                throw new IllegalArgumentException("the binding of `cert:` names no certificate, write `cert:<name>`");
            }
            return name;
        }
        if (name.startsWith(KEY) && !group) {
            if (name.length() == KEY.length()) {
                throw new IllegalArgumentException("the binding of `key:` names no API key, write `key:<name>`");
            }
            return name;
        }
        if (name.equals("operator") && !group) {
            throw new IllegalArgumentException("`operator` always has role `admin` and takes no binding,"
                    + " for a token's subject of that name write `jwt:<issuer>:operator`");
        }
        if (issuers.size() != 1) {
            throw new IllegalArgumentException("the binding of `" + name + "` is a bare name, which means a token's "
                    + (group ? "group" : "subject") + " where exactly one issuer is configured, and there are "
                    + issuers.size() + ", write `jwt:<issuer>:" + name + "`"
                    + (group ? "" : " or `cert:" + name + "`"));
        }
        return TOKEN + issuers.iterator().next() + ":" + name;
    }

    private static void checkIssuer(String name, Set<String> issuers) {
        int colon = name.indexOf(':', TOKEN.length());
        String issuer = colon < 0 ? "" : name.substring(TOKEN.length(), colon);
        if (colon < 0 || colon == name.length() - 1 || !issuers.contains(issuer)) {
            throw new IllegalArgumentException("the binding of `" + name
                    + "` names no configured issuer, write `jwt:<issuer>:<name>` with an issuer of " + issuers);
        }
    }
}
