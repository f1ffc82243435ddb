package dev.pavise.k8s.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Something that the API server lets a client do, or not.
 *
 * @param group of the API; empty for the core
 * @param resource in the plural, with its subresource behind a slash
 * @param verb such as {@code get} or {@code patch}
 * @param names the only objects that it holds for; empty for all
 */
public record Right(String group, String resource, String verb, Set<String> names) {
    /** Copies the set. */
    public Right {
        names = Set.copyOf(names);
    }

    /** For all objects, one for each verb. */
    static List<Right> of(String group, String resource, String... verbs) {
        return named(group, resource, Set.of(), verbs);
    }

    /** For objects of these names. A server-side apply needs {@code create} and {@code patch}, and both can be held to a name. */
    static List<Right> named(String group, String resource, Set<String> names, String... verbs) {
        List<Right> rights = new ArrayList<>();
        for (String verb : verbs) {
            rights.add(new Right(group, resource, verb, names));
        }
        return rights;
    }

    /** As messages write it: {@code patch deployments.apps}. */
    @Override
    public String toString() {
        String what = verb + " " + resource + (group.isEmpty() ? "" : "." + group);
        return names.isEmpty() ? what : what + " " + names.stream().sorted().toList();
    }
}
