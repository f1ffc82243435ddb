package dev.pavise.proxy.config;

import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads {@code kubernetes}: of the gateway's file, and of the manager's, which uses its {@code reconcile}. */
public final class KubernetesSection {
    private static final String LABEL = "[a-z0-9](?:[-a-z0-9]{0,61}[a-z0-9])?";

    private static final Key<URI> URL = Key.required(
            "url", Shapes.map(HttpsUrls.origin(), URI::create), "where it is: https, host and perhaps a port");
    private static final Key<Path> CA = Key.required(
            "ca", Scalars.file("a PEM file"), "authorities its certificate must come from; no others are believed");
    private static final Key<Path> TOKEN = Key.withDefault(
            "token",
            Scalars.path("a file"),
            "/var/run/secrets/pavise/token",
            "the pod's service account token for audience pavise-manager, read anew for each request");
    private static final Key<Duration> TIMEOUT = Key.withDefault(
            "timeout", Scalars.duration("100ms", "5m"), "20s", "until its whole answer is there, connecting included");

    private static final Section<KubernetesConfig.Manager> MANAGER_SECTION = Section.of(
            List.of(URL, CA, TOKEN, TIMEOUT),
            manager -> new KubernetesConfig.Manager(
                    manager.get(URL), manager.get(CA), manager.get(TOKEN), manager.get(TIMEOUT)));

    private static final Key<Boolean> ENABLED =
            Key.withDefault("enabled", Scalars.bool(), "true", "whether it goes round by itself");
    private static final Key<Duration> INTERVAL =
            Key.withDefault("interval", Scalars.duration("1s", "1h"), "30s", "between two rounds");

    /** {@code reconcile} alone, for a file of the manager's own. */
    public static final Section<KubernetesConfig.Reconcile> RECONCILE_SECTION = Section.of(
            List.of(ENABLED, INTERVAL),
            reconcile -> new KubernetesConfig.Reconcile(reconcile.get(ENABLED), reconcile.get(INTERVAL)));

    private static final Key<String> NAMESPACE = Key.optional(
            "namespace",
            Scalars.matching("a namespace of Kubernetes", LABEL),
            "of the Deployment that /v1/k8s speaks of; default: that of the gateway's pod");
    private static final Key<String> DEPLOYMENT = Key.optional(
            "deployment",
            Scalars.matching("a name of Kubernetes", "[a-z0-9](?:[-a-z0-9.]{0,251}[a-z0-9])?"),
            "the Deployment that /v1/k8s speaks of; default: the one that the gateway's pod belongs to");
    private static final Key<KubernetesConfig.Manager> MANAGER = Key.optional(
            "manager", MANAGER_SECTION, "who does what /v1/k8s asks for; default: nobody, and it is refused");
    private static final Key<KubernetesConfig.Reconcile> RECONCILE = Key.withDefault(
            "reconcile", RECONCILE_SECTION, "{}", "the manager's loop; of no matter to the gateway itself");

    static final Section<KubernetesConfig> SECTION = Section.of(
            List.of(NAMESPACE, DEPLOYMENT, MANAGER, RECONCILE),
            kubernetes -> new KubernetesConfig(
                    kubernetes.find(NAMESPACE),
                    kubernetes.find(DEPLOYMENT),
                    kubernetes.find(MANAGER),
                    kubernetes.get(RECONCILE)));

    private KubernetesSection() {}

    /** In the form of the file. */
    static Map<String, Object> tree(KubernetesConfig kubernetes) {
        KubernetesConfig.Manager manager = kubernetes.manager();
        return new EffectiveConfig.Tree()
                .put("namespace", kubernetes.namespace())
                .put("deployment", kubernetes.deployment())
                .put("manager", manager == null ? null : tree(manager))
                .put(
                        "reconcile",
                        new EffectiveConfig.Tree()
                                .put("enabled", kubernetes.reconcile().enabled())
                                .put("interval", kubernetes.reconcile().interval())
                                .map())
                .map();
    }

    private static Map<String, Object> tree(KubernetesConfig.Manager manager) {
        return new EffectiveConfig.Tree()
                .put("url", manager.url())
                .put("ca", manager.ca())
                .put("token", manager.token())
                .put("timeout", manager.timeout())
                .map();
    }
}
