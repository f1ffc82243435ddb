package dev.pavise.k8s.cluster;

import java.util.Collection;
import java.util.List;
import java.util.Set;

/**
 * All that a manager may ask of the API server. The role that is installed says the same, and tests hold the code to it: a request beyond this list fails them.
 */
public final class Rights {
    /** In every namespace, and on what has none. */
    public static final List<Right> EVERYWHERE = join(List.of(
            // Looking: Deployments with the label, what they are made of, and what holds them up.
            Right.of("apps", "deployments", "get", "list", "watch"),
            Right.of("apps", "replicasets", "get", "list", "watch"),
            Right.of("", "pods", "get", "list", "watch"),
            Right.of("", "nodes", "list", "watch"),
            Right.of("", "namespaces", "get", "list", "watch"),
            Right.of("policy", "poddisruptionbudgets", "list", "watch"),
            Right.of("autoscaling", "horizontalpodautoscalers", "list", "watch"),
            // Acting: replicas and restarts by server-side apply, a Deployment from its manifest, a pod's eviction.
            Right.of("apps", "deployments", "create", "patch"),
            Right.of("", "pods/eviction", "create"),
            Right.of("", "events", "create"),
            // Who asks.
            Right.of("authentication.k8s.io", "tokenreviews", "create"),
            // What namespaces with sidecars get.
            Right.named("", "secrets", Set.of("pavise-gateway-tls"), "get", "create", "patch"),
            Right.named("networking.k8s.io", "networkpolicies", Set.of("pavise-injected"), "get", "create", "patch"),
            Right.named("", "configmaps", Set.of("pavise-gateway"), "get", "list", "watch", "create", "patch"),
            Right.named(
                    "admissionregistration.k8s.io",
                    "mutatingwebhookconfigurations",
                    Set.of("pavise-injector"),
                    "get",
                    "patch"),
            // Resources of ours.
            ours("agents"),
            ours("gatewayroles"),
            ours("gatewayrolebindings"),
            ours("gatewayroutes"),
            ours("toolmanifests")));

    /** In the manager's own namespace. */
    public static final List<Right> AT_HOME = join(List.of(
            Right.of("coordination.k8s.io", "leases", "create"),
            Right.named("coordination.k8s.io", "leases", Set.of("pavise-manager"), "get", "patch"),
            Right.named(
                    "",
                    "secrets",
                    Set.of(
                            "pavise-ca",
                            "pavise-manager-tls",
                            "pavise-injector-tls",
                            "pavise-runner-tls",
                            "pavise-metrics-token"),
                    "get",
                    "create",
                    "patch")));

    private Rights() {}

    private static List<Right> ours(String resource) {
        return join(List.of(
                Right.of("pavise.dev", resource, "get", "list", "watch"),
                Right.of("pavise.dev", resource + "/status", "patch")));
    }

    private static List<Right> join(List<List<Right>> lists) {
        return lists.stream().flatMap(Collection::stream).toList();
    }
}
