package dev.pavise.runner.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Reads {@code kubernetes}: where and how native tools run as Jobs. */
final class KubernetesSection {
    private static final String LABEL = "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?";
    private static final String SUBDOMAIN = "[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?";
    private static final String QUALIFIED =
            "([a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?/)?[A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?";
    private static final String VALUE = "([A-Za-z0-9]([-A-Za-z0-9_.]{0,61}[A-Za-z0-9])?)?";

    static final Key<String> NAMESPACE = Key.optional(
            "namespace",
            Scalars.matching("the name of a namespace", LABEL),
            "where tools run, and nothing else should; default: the namespace of the runner's own pod");
    static final Key<String> RUNTIME_CLASS = Key.required(
            "runtime_class",
            Scalars.matching("the name of a RuntimeClass, such as gvisor or kata", SUBDOMAIN),
            "the RuntimeClass that keeps tools from the node's kernel; there is no way to run without one");
    static final Key<String> IMAGE = Key.required(
            "image",
            Scalars.matching(
                    "an image with its digest, such as registry.example/tools@sha256:<64 hex digits>",
                    "[a-z0-9][A-Za-z0-9._:/-]{0,400}@sha256:[0-9a-f]{64}"),
            "what a tool finds around itself: sh, dd, sha256sum, env, and the interpreters of scripts");
    static final Key<String> IMAGE_PULL_SECRET = Key.optional(
            "image_pull_secret",
            Scalars.matching("the name of a Secret", SUBDOMAIN),
            "a Secret of that namespace that the image is pulled with; default: none");
    static final Key<Map<String, String>> NODE_SELECTOR = Key.withDefault(
            "node_selector",
            Shapes.named(
                    Scalars.matching("the key of a label", QUALIFIED), Scalars.matching("the value of a label", VALUE)),
            "{}",
            "labels of the nodes that tools run on; the processor is chosen by what the tool is built for");
    static final Key<Duration> TTL = Key.withDefault(
            "ttl",
            Scalars.duration("1s", "24h"),
            "60s",
            "how long the cluster keeps a Job that is over, where the runner could not remove it itself");
    static final Key<Duration> START_TIMEOUT = Key.withDefault(
            "start_timeout",
            Scalars.duration("1s", "30m"),
            "60s",
            "from asking for a pod until its tool starts: scheduling, pulling the image, sending the tool");
    static final Key<Path> KUBECONFIG = Key.optional(
            "kubeconfig",
            Scalars.file("a kubeconfig"),
            "how to reach the API server; default: by the service account of the runner's own pod");

    static final Key<String> TAINT =
            Key.required("key", Scalars.matching("the key of a taint", QUALIFIED), "the taint's key");
    static final Key<String> TAINT_VALUE =
            Key.optional("value", Scalars.matching("the value of a taint", VALUE), "the taint's value; default: any");
    static final Key<String> EFFECT = Key.optional(
            "effect",
            Scalars.matching("NoSchedule, PreferNoSchedule or NoExecute", "NoSchedule|PreferNoSchedule|NoExecute"),
            "the taint's effect; default: every one");
    private static final Section<KubernetesConfig.Toleration> TOLERATION = Section.of(
            List.of(TAINT, TAINT_VALUE, EFFECT),
            taint -> new KubernetesConfig.Toleration(taint.get(TAINT), taint.find(TAINT_VALUE), taint.find(EFFECT)));
    static final Key<List<KubernetesConfig.Toleration>> TOLERATIONS = Key.optional(
            "tolerations",
            Shapes.someOf(TOLERATION, "name a taint, or leave the key out"),
            "taints that pods of tools bear, each with key and, as needed, value and effect; default: none");

    static final Section<KubernetesConfig> SECTION = Section.of(
            List.of(
                    NAMESPACE,
                    RUNTIME_CLASS,
                    IMAGE,
                    IMAGE_PULL_SECRET,
                    NODE_SELECTOR,
                    TOLERATIONS,
                    TTL,
                    START_TIMEOUT,
                    KUBECONFIG),
            KubernetesSection::make);

    private KubernetesSection() {}

    private static KubernetesConfig make(Bound kubernetes) {
        List<KubernetesConfig.Toleration> tolerations = kubernetes.find(TOLERATIONS);
        return new KubernetesConfig(
                kubernetes.find(NAMESPACE),
                kubernetes.get(RUNTIME_CLASS),
                kubernetes.get(IMAGE),
                kubernetes.find(IMAGE_PULL_SECRET),
                kubernetes.get(NODE_SELECTOR),
                tolerations == null ? List.of() : tolerations,
                kubernetes.get(TTL),
                kubernetes.get(START_TIMEOUT),
                kubernetes.find(KUBECONFIG));
    }
}
