package dev.pavise.k8s.inject;

import java.util.Set;

/** The names that tenants, injector, manager and chart share. */
public final class Marks {
    /** Everything of ours on other people's objects begins with this. */
    public static final String PREFIX = "pavise.dev/";
    /** Label of a namespace or pod: {@code "true"} asks for a gateway. */
    public static final String INJECT = PREFIX + "inject";
    /** Label that injection sets; the NetworkPolicy selects by it. */
    public static final String INJECTED = PREFIX + "injected";
    /** Label of Deployments that the manager heals and may scale. */
    public static final String MANAGED = PREFIX + "managed";
    /** Annotation that injection sets: version and digest of what was put in. Nothing is decided by it. */
    public static final String INJECTION = PREFIX + "injection";
    /** Annotation of the manager in pod templates: a rolling restart. */
    public static final String RESTARTED_AT = PREFIX + "restarted-at";
    /** Annotation of a pod: the port that the application listens at. */
    public static final String APP_PORT = PREFIX + "app-port";

    /** The name of the sidecar's container, and of its port unless that took over the application's. */
    public static final String SIDECAR = "pavise";

    public static final int PORT = 8443;
    public static final String METRICS_PORT_NAME = "pavise-metrics";
    public static final int METRICS_PORT = 9464;

    /** Namespaces that a cluster cannot come up without: never touched, whoever asks. */
    public static final Set<String> SYSTEM_NAMESPACES = Set.of("kube-system", "kube-public", "kube-node-lease");

    private Marks() {}
}
