package dev.pavise.k8s.manager.config;

import dev.pavise.k8s.plan.HealPolicy;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Reads {@code kubernetes}. */
final class ClusterSection {
    private static final Key<Boolean> ENABLED = Key.withDefault(
            "enabled",
            Scalars.bool(),
            "true",
            "whether the manager heals by itself; if not, it acts only when a gateway asks");
    private static final Key<Duration> INTERVAL = Key.withDefault(
            "interval",
            Scalars.duration("5s", "1h"),
            "30s",
            "how often it looks at everything where no event made it look");
    private static final Section<ClusterConfig.Reconcile> RECONCILE = Section.of(
            List.of(ENABLED, INTERVAL),
            reconcile -> new ClusterConfig.Reconcile(reconcile.get(ENABLED), reconcile.get(INTERVAL)));

    private static final Key<Integer> BUDGET = Key.withDefault(
            "budget",
            Scalars.integer(0, HealPolicy.MOST_BUDGET),
            "3",
            "restarts and evictions an hour for a Deployment; beyond that a person has to look. 0: none at all");
    private static final Key<Duration> BACK_OFF = Key.withDefault(
            "back_off", Scalars.duration("1s", "1h"), "1m", "the wait after the first, doubled after each further one");
    private static final Section<ClusterConfig.Heal> HEAL =
            Section.of(List.of(BUDGET, BACK_OFF), heal -> new ClusterConfig.Heal(heal.get(BUDGET), heal.get(BACK_OFF)));

    private static final Key<String> NAMESPACE =
            Key.optional("namespace", Names.namespace(), "the manager's own; default: the namespace of its pod");
    private static final Key<String> DEPLOYMENT = Key.optional(
            "deployment",
            Names.object("Deployment"),
            "one in `namespace` that is looked after beside those labelled pavise.dev/managed=true; default: none");
    private static final Key<Path> MANIFEST = Key.optional(
            "manifest",
            Scalars.file("a YAML file"),
            "what `deployment` is made from where it is missing; default: it is not made");
    private static final Key<List<String>> WATCH = Key.withDefault(
            "watch",
            Shapes.list(Names.namespace()),
            "[]",
            "the namespaces that are looked after, where the manager's rights end at them; default: every one");
    private static final Key<ClusterConfig.Reconcile> RECONCILE_KEY =
            Key.withDefault("reconcile", RECONCILE, "{}", "whether and how often the manager acts by itself");
    private static final Key<ClusterConfig.Heal> HEAL_KEY =
            Key.withDefault("heal", HEAL, "{}", "how much healing one Deployment gets");
    private static final Key<Path> KUBECONFIG = Key.optional(
            "kubeconfig",
            Scalars.file("a kubeconfig"),
            "how the API server is reached from outside of the cluster; default: by the service account of the manager's own pod");

    static final Section<ClusterConfig> SECTION = Section.of(
            List.of(NAMESPACE, DEPLOYMENT, MANIFEST, WATCH, RECONCILE_KEY, HEAL_KEY, KUBECONFIG), ClusterSection::make);

    private ClusterSection() {}

    private static ClusterConfig make(Bound kubernetes) {
        if (kubernetes.mentions(MANIFEST) && !kubernetes.mentions(DEPLOYMENT)) {
            kubernetes.errorOf(MANIFEST, "is not used: `deployment` names none to be made from it");
        }
        return new ClusterConfig(
                kubernetes.find(NAMESPACE),
                kubernetes.find(DEPLOYMENT),
                kubernetes.find(MANIFEST),
                kubernetes.get(WATCH),
                kubernetes.get(RECONCILE_KEY),
                kubernetes.get(HEAL_KEY),
                kubernetes.find(KUBECONFIG));
    }
}
