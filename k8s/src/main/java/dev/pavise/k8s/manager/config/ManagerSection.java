package dev.pavise.k8s.manager.config;

import dev.pavise.k8s.act.Target;
import dev.pavise.k8s.compile.Allowance;
import dev.pavise.k8s.compile.ResourceSection;
import dev.pavise.k8s.compile.ResourceSettings;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import dev.pavise.proxy.config.AuditSection;
import dev.pavise.proxy.config.HostPort;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads the whole of {@code manager.yaml}. */
final class ManagerSection {
    private static final List<String> GATEWAYS_ONLY = List.of("record", "visible");

    private static final Key<Target> SERVICE_ACCOUNT = Key.required(
            "service_account",
            Names.inNamespace("ServiceAccount"),
            "whose gateways are meant, as <namespace>/<name>; the token that a gateway shows proves it");
    private static final Key<List<Target>> DEPLOYMENTS = Key.required(
            "deployments",
            Shapes.someOf(Names.inNamespace("Deployment"), "name one, or leave the caller out"),
            "what they may touch beside their own, each as <namespace>/<name>");
    private static final Section<CallerGrant> CALLER = Section.of(
            List.of(SERVICE_ACCOUNT, DEPLOYMENTS),
            caller -> new CallerGrant(
                    caller.get(SERVICE_ACCOUNT).namespace(),
                    caller.get(SERVICE_ACCOUNT).name(),
                    caller.get(DEPLOYMENTS)));

    private static final Key<Path> BASE = Key.optional(
            "base",
            Scalars.file("a YAML file"),
            "the gateways' configuration, to which the resources of a namespace are added; default: the manager makes no configurations of gateways");
    private static final Key<List<String>> MAY_GRANT = Key.withDefault(
            "may_grant",
            Shapes.list(Scalars.text("a permission, or a role of the base")),
            "[]",
            "permissions, such as agent:*, that the resources of a namespace may give and ask for beyond those of their own applications");
    private static final Key<Allowance> RESOURCES = Key.withDefault(
            "resources", ResourceSection.SECTION, "{}", "what resources may say beyond their own namespace");
    private static final Key<Map<String, String>> MONITORING_NAMESPACE = Key.withDefault(
            "monitoring_namespace",
            Names.labels(),
            "{\"kubernetes.io/metadata.name\": monitoring}",
            "labels of the namespaces whose pods may reach the metrics of sidecars");
    private static final Key<Map<String, String>> MONITORING_PODS = Key.withDefault(
            "monitoring_pods", Names.labels(), "{}", "labels of these pods; default: every one in these namespaces");
    private static final Section<InjectionConfig> INJECTION = Section.of(
            List.of(BASE, MAY_GRANT, RESOURCES, MONITORING_NAMESPACE, MONITORING_PODS), ManagerSection::injection);

    private static final Key<Duration> LIFETIME = Key.withDefault(
            "lifetime", Scalars.duration("1h", "90d"), "7d", "of a certificate; renewed after two thirds of it");
    private static final Key<Duration> AUTHORITY_LIFETIME = Key.withDefault(
            "authority_lifetime",
            Scalars.duration("1d", "3650d"),
            "365d",
            "of the authority; its successor is made after two thirds of it, and both are trusted meanwhile");
    private static final Key<Duration> TOKEN_LIFETIME = Key.withDefault(
            "token_lifetime",
            Scalars.duration("1h", "30d"),
            "24h",
            "of the token that Prometheus scrapes with; renewed after two thirds of it");
    private static final Key<List<String>> EXTERNAL = Key.withDefault(
            "external",
            Shapes.list(Names.object("Secret")),
            "[]",
            "names of Secrets that somebody else keeps, such as cert-manager; never written. One that carries cert-manager's annotation is left alone in any case");
    private static final Section<CertificatesConfig> CERTIFICATES =
            Section.of(List.of(LIFETIME, AUTHORITY_LIFETIME, TOKEN_LIFETIME, EXTERNAL), ManagerSection::certificates);

    private static final Key<Integer> EXCHANGES = Key.withDefault(
            "exchanges",
            Scalars.integer(1, 1000),
            "64",
            "requests that are answered at the same time; further ones get 503 `overloaded`");
    private static final Key<Duration> REQUEST_TIMEOUT =
            Key.withDefault("request_timeout", Scalars.duration("1s", "5m"), "10s", "for a request to come in whole");
    private static final Key<Duration> DRAIN_TIMEOUT = Key.withDefault(
            "drain_timeout", Scalars.duration("1s", "5m"), "10s", "what requests under way get when the manager stops");
    private static final Section<LimitsConfig> LIMITS = Section.of(
            List.of(EXCHANGES, REQUEST_TIMEOUT, DRAIN_TIMEOUT),
            limits -> new LimitsConfig(limits.get(EXCHANGES), limits.get(REQUEST_TIMEOUT), limits.get(DRAIN_TIMEOUT)));

    private static final Key<HostPort> LISTEN = Key.withDefault(
            "listen",
            Names.hostPort(),
            "0.0.0.0:8443",
            "where gateways come in, by TLS 1.3, and probes and Prometheus");
    private static final Key<Path> DATA_DIR = Key.withDefault(
            "data_dir", Scalars.path("a folder"), "./manager-data", "what the manager keeps: its audit trail");
    private static final Key<AuditSection.Draft> AUDIT = Key.withDefault(
            "audit", AuditSection.SECTION, "{}", "where the audit trail goes; the keys of the gateway's `audit`");
    private static final Key<ClusterConfig> KUBERNETES =
            Key.withDefault("kubernetes", ClusterSection.SECTION, "{}", "which part of which cluster is looked after");
    private static final Key<List<CallerGrant>> CALLERS = Key.withDefault(
            "callers",
            Shapes.list(CALLER),
            "[]",
            "gateways that may touch Deployments beside the one that owns their pod; default: none");
    private static final Key<InjectionConfig> INJECTION_KEY =
            Key.withDefault("injection", INJECTION, "{}", "what namespaces with sidecars get");
    private static final Key<CertificatesConfig> CERTIFICATES_KEY =
            Key.withDefault("certificates", CERTIFICATES, "{}", "what the manager's own authority makes");
    private static final Key<LimitsConfig> LIMITS_KEY =
            Key.withDefault("limits", LIMITS, "{}", "every bound of the manager's API");

    static final Section<ManagerConfig> SECTION = Section.of(
            List.of(LISTEN, DATA_DIR, AUDIT, KUBERNETES, CALLERS, INJECTION_KEY, CERTIFICATES_KEY, LIMITS_KEY),
            ManagerSection::make);

    private ManagerSection() {}

    private static ManagerConfig make(Bound root) {
        for (String name : GATEWAYS_ONLY) {
            if (root.mentions(AUDIT, name)) {
                root.error(
                        AUDIT, "`" + name + "` says something of a gateway's requests; a manager has none, remove it");
            }
        }
        Path dataDir = root.get(DATA_DIR);
        return new ManagerConfig(
                root.reading().file(),
                root.get(LISTEN),
                dataDir,
                AuditSection.settle(root.get(AUDIT), dataDir, root, AUDIT),
                root.get(KUBERNETES),
                root.get(CALLERS),
                root.get(INJECTION_KEY),
                root.get(CERTIFICATES_KEY),
                root.get(LIMITS_KEY));
    }

    private static InjectionConfig injection(Bound injection) {
        if (injection.get(MONITORING_NAMESPACE).isEmpty()) {
            injection.errorOf(
                    MONITORING_NAMESPACE, "names no label, which would let every namespace in; name at least one");
        }
        Path base = injection.find(BASE);
        for (Key<?> unused : List.of(MAY_GRANT, RESOURCES)) {
            if (!injection.mentions(BASE) && injection.mentions(unused)) {
                injection.errorOf(unused, "is not used: without `base` nothing is made of resources");
            }
        }
        return new InjectionConfig(
                base == null ? null : new ResourceSettings(base, injection.get(MAY_GRANT), injection.get(RESOURCES)),
                injection.get(MONITORING_NAMESPACE),
                injection.get(MONITORING_PODS));
    }

    private static CertificatesConfig certificates(Bound certificates) {
        Duration life = certificates.get(LIFETIME);
        Duration authority = certificates.get(AUTHORITY_LIFETIME);
        if (authority.compareTo(life.multipliedBy(3)) < 0) {
            certificates.errorOf(
                    AUTHORITY_LIFETIME,
                    "is less than three times `lifetime`; an authority outlives what it signs, also after two thirds of its life");
        }
        return new CertificatesConfig(
                life, authority, certificates.get(TOKEN_LIFETIME), Set.copyOf(certificates.get(EXTERNAL)));
    }
}
