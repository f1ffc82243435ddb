package dev.pavise.runner.config;

import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import dev.pavise.policy.tool.ToolPolicy;
import dev.pavise.policy.tool.ToolPolicyKeys;
import dev.pavise.runner.egress.EgressLimits;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the whole of {@code runner.yaml}. */
final class RunnerSection {
    private static final Shape<String> CERTIFICATE_NAME =
            Scalars.matching("a DNS name, or a URI such as spiffe://example.org/gateway", "[!-~]{1,512}");

    static final Key<Path> CERT =
            Key.required("cert", Scalars.file("a PEM file"), "the certificate chain, own certificate first");
    static final Key<Path> KEY = Key.required("key", Scalars.file("a PEM file"), "the private key of cert, PKCS #8");
    static final Key<Path> CLIENT_CA = Key.required(
            "client_ca", Scalars.file("a PEM file"), "the authority that gateways' certificates come from");
    static final Key<List<String>> GATEWAY_NAMES = Key.required(
            "gateway_names",
            Shapes.someOf(CERTIFICATE_NAME, "name one"),
            "DNS or URI names; a caller's certificate has to carry one of them, whoever signed it");
    static final Section<TlsConfig> TLS = Section.of(
            List.of(CERT, KEY, CLIENT_CA, GATEWAY_NAMES),
            tls -> new TlsConfig(tls.get(CERT), tls.get(KEY), tls.get(CLIENT_CA), tls.get(GATEWAY_NAMES)));

    static final Key<Endpoint> METRICS_LISTEN =
            Key.withDefault("listen", Endpoint.shape(), "127.0.0.1:9465", "where metrics are asked for");
    static final Key<List<String>> METRICS_NAMES = Key.required(
            "names",
            Shapes.someOf(CERTIFICATE_NAME, "name one"),
            "DNS or URI names; a scraper's certificate has to carry one of them");
    static final Section<MetricsConfig> METRICS = Section.of(
            List.of(METRICS_LISTEN, METRICS_NAMES),
            metrics -> new MetricsConfig(metrics.get(METRICS_LISTEN), metrics.get(METRICS_NAMES)));

    static final Key<Endpoint> LISTEN = Key.withDefault(
            "listen", Endpoint.shape(), "127.0.0.1:8444", "where gateways come in, by mutual TLS 1.3 and HTTP/2");
    static final Key<TlsConfig> TLS_KEY = Key.required("tls", TLS, "what the runner shows, and whom it lets in");
    static final Key<Path> TRUSTED_KEYS = Key.required(
            "trusted_keys", Scalars.folder("a folder"), "the keys that may sign tools; a folder of the runner's own");
    static final Key<Path> DATA_DIR = Key.withDefault(
            "data_dir", Scalars.path("a folder"), "./runner-data", "the content of tools, and receipt.key");
    static final Key<Path> RECEIPT_KEY = Key.optional(
            "receipt_key",
            Scalars.file("a PEM file"),
            "an Ed25519 key, PKCS #8, that receipts are signed with; default: one in data_dir, made at the first start");
    static final Key<LimitsConfig> LIMITS = Key.withDefault("limits", LimitsSection.SECTION, "{}", "every bound");
    static final Key<EgressLimits> EGRESS = Key.withDefault(
            "egress",
            EgressSection.SECTION,
            "{}",
            "what a native tool may use of the network, if its manifest names hosts");
    static final Key<MetricsConfig> METRICS_KEY =
            Key.optional("metrics", METRICS, "a door of its own for Prometheus; default: none");

    static final Key<Map<String, ToolPolicy>> POLICIES = Key.withDefault(
            "policies",
            ToolPolicyKeys.BY_TOOL,
            "{}",
            "by tool id: the bounds of tools whose manifest says `policy: custom`; without one such a tool does not run");

    private static final Shape<BackendName> BACKEND = Scalars.scalar(
            "one of: wasm, native, kubernetes",
            "wasm|native|kubernetes",
            text -> BackendName.of(text).orElseThrow(() -> new BadValueException("")));
    static final Key<List<BackendName>> BACKENDS = Key.withDefault(
            "backends",
            Shapes.someOf(BACKEND, "name one"),
            "[wasm, native]",
            "what runs tools here; one that cannot hold what it promises stops the start. Native tools run by `native` or by `kubernetes`");
    static final Key<KubernetesConfig> KUBERNETES =
            Key.optional("kubernetes", KubernetesSection.SECTION, "where tools run that the backend `kubernetes` runs");

    static final Section<RunnerConfig> SECTION = Section.of(
            List.of(
                    LISTEN,
                    TLS_KEY,
                    TRUSTED_KEYS,
                    DATA_DIR,
                    RECEIPT_KEY,
                    BACKENDS,
                    KUBERNETES,
                    LIMITS,
                    EGRESS,
                    POLICIES,
                    METRICS_KEY),
            RunnerSection::make);

    private RunnerSection() {}

    private static RunnerConfig make(Bound runner) {
        List<BackendName> backends = runner.get(BACKENDS);
        KubernetesConfig kubernetes = runner.find(KUBERNETES);
        checkBackends(runner, backends, kubernetes);
        return new RunnerConfig(
                runner.get(LISTEN),
                runner.get(TLS_KEY),
                runner.get(TRUSTED_KEYS),
                runner.get(DATA_DIR),
                runner.find(RECEIPT_KEY),
                backends,
                kubernetes,
                runner.get(LIMITS),
                runner.get(EGRESS),
                runner.get(POLICIES),
                runner.find(METRICS_KEY));
    }

    private static void checkBackends(Bound runner, List<BackendName> backends, @Nullable KubernetesConfig kubernetes) {
        if (Set.copyOf(backends).size() < backends.size()) {
            runner.errorOf(BACKENDS, "names one twice");
        } else if (backends.stream().map(BackendName::kind).distinct().count() < backends.size()) {
            runner.errorOf(BACKENDS, "names both `native` and `kubernetes`, which run the same tools; keep one");
        } else if (backends.contains(BackendName.KUBERNETES) && !runner.mentions(KUBERNETES)) {
            runner.errorOf(KUBERNETES, "is missing, and `backends` names it: it needs runtime_class and image");
        } else if (!backends.contains(BackendName.KUBERNETES) && kubernetes != null) {
            runner.errorOf(KUBERNETES, "is not used: `backends` does not name it");
        }
    }
}
