package dev.pavise.k8s.act;

import java.util.regex.Pattern;

/**
 * A Deployment (or another namespaced object, by its kind).
 *
 * @param kind such as {@code Deployment} or {@code Pod}
 */
public record Target(String kind, String namespace, String name) {
    private static final Pattern NAME = Pattern.compile("[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?");

    public Target {
        check("namespace", namespace);
        check("name", name);
    }

    public static Target deployment(String namespace, String name) {
        return new Target("Deployment", namespace, name);
    }

    private static void check(String what, String text) {
        if (!NAME.matcher(text).matches()) {
            throw new IllegalArgumentException("`" + text + "` is no " + what + " of Kubernetes (RFC 1123)");
        }
    }

    /** As records and messages write it: {@code Deployment agents/codetether}. */
    @Override
    public String toString() {
        return kind + " " + namespace + "/" + name;
    }
}
