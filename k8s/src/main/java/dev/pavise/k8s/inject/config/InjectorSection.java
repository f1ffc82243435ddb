package dev.pavise.k8s.inject.config;

import dev.pavise.policy.config.BadValueException;
import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shape;
import dev.pavise.policy.config.Shapes;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the whole of {@code injector.yaml}. */
final class InjectorSection {
    private static final Pattern ENDPOINT = Pattern.compile("(\\[[0-9A-Fa-f:.]+]|[^:\\[\\]\\s]+):([0-9]{1,5})");
    private static final int HIGHEST_PORT = 65_535;
    private static final Shape<String> NAMESPACE_NAME =
            Scalars.matching("the name of a namespace", "[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?");

    static final Key<Path> CERT =
            Key.required("cert", Scalars.file("a PEM file"), "the certificate chain, own certificate first");
    static final Key<Path> KEY = Key.required("key", Scalars.file("a PEM file"), "the private key of cert");
    static final Key<Path> CLIENT_CA = Key.optional(
            "client_ca",
            Scalars.file("a PEM file"),
            "the authority of the API server's client certificate; default: whoever reaches the port may ask");
    static final Key<List<String>> CLIENT_NAMES = Key.optional(
            "client_names",
            Shapes.someOf(Scalars.matching("a common name or DNS name", "[!-~]{1,253}"), "name one"),
            "a caller's certificate has to bear one of them, whoever signed it; needs client_ca, and client_ca needs it");
    static final Section<InjectorConfig.Tls> TLS_SECTION =
            Section.of(List.of(CERT, KEY, CLIENT_CA, CLIENT_NAMES), InjectorSection::tls);

    static final Key<Integer> CONCURRENT =
            Key.withDefault("concurrent", Scalars.integer(1, 1024), "32", "how many pods are looked at at once");
    static final Key<Integer> CONNECTIONS =
            Key.withDefault("connections", Scalars.integer(1, 10_000), "256", "how many connections are open at once");
    static final Key<Long> REVIEW =
            Key.withDefault("review", Scalars.bytes("64KiB", "16MiB"), "4MiB", "the largest question that is read");
    static final Key<Duration> TIMEOUT = Key.withDefault(
            "timeout",
            Scalars.duration("10ms", "5s"),
            "500ms",
            "how long a question waits for its turn before it is refused, which the API server may repeat");
    static final Section<InjectorConfig.Limits> LIMITS_SECTION = Section.of(
            List.of(CONCURRENT, CONNECTIONS, REVIEW, TIMEOUT),
            limits -> new InjectorConfig.Limits(
                    limits.get(CONCURRENT), limits.get(CONNECTIONS), limits.get(REVIEW), limits.get(TIMEOUT)));

    static final Key<InetSocketAddress> LISTEN =
            Key.withDefault("listen", endpoint(), "0.0.0.0:8443", "where the API server asks, by TLS 1.3");
    static final Key<InjectorConfig.Tls> TLS =
            Key.required("tls", TLS_SECTION, "what the injector shows, and whom it lets ask");
    static final Key<String> NAMESPACE =
            Key.required("namespace", NAMESPACE_NAME, "Pavise's own, where nothing is injected");
    static final Key<List<String>> EXEMPT = Key.withDefault(
            "exempt_namespaces",
            Shapes.list(NAMESPACE_NAME),
            "[]",
            "left alone besides kube-system, kube-public, kube-node-lease and the own one");
    static final Key<SidecarSection.Draft> SIDECAR =
            Key.required("sidecar", SidecarSection.SECTION, "what is put into pods");
    static final Key<AuditVolume> AUDIT =
            Key.required("audit", SidecarSection.AUDIT, "where the audit trail of a sidecar lies");
    static final Key<InjectorConfig.Limits> LIMITS = Key.withDefault("limits", LIMITS_SECTION, "{}", "every bound");
    static final Key<Path> METRICS_TOKEN = Key.optional(
            "metrics_token",
            Scalars.file("a file"),
            "holds the bearer token that /metrics asks for; default: there are no metrics");

    static final Section<InjectorConfig> SECTION = Section.of(
            List.of(LISTEN, TLS, NAMESPACE, EXEMPT, SIDECAR, AUDIT, LIMITS, METRICS_TOKEN), InjectorSection::make);

    /** The same file where nothing is served: names of files stand in it that lie in the cluster alone, and are not looked for. */
    private static final Section<Object> TLS_ELSEWHERE = Section.of(
            List.of(
                    Key.optional("cert", Scalars.path("a PEM file"), CERT.purpose()),
                    Key.optional("key", Scalars.path("a PEM file"), KEY.purpose()),
                    Key.optional("client_ca", Scalars.path("a PEM file"), CLIENT_CA.purpose()),
                    CLIENT_NAMES),
            tls -> tls);

    private static final Key<Object> TLS_UNUSED = Key.optional("tls", TLS_ELSEWHERE, TLS.purpose());
    private static final Key<String> NAMESPACE_IF_ANY = Key.optional("namespace", NAMESPACE_NAME, NAMESPACE.purpose());
    private static final Key<Path> TOKEN_UNUSED =
            Key.optional("metrics_token", Scalars.path("a file"), METRICS_TOKEN.purpose());

    static final Section<FileConfig> FOR_FILES = Section.of(
            List.of(LISTEN, TLS_UNUSED, NAMESPACE_IF_ANY, EXEMPT, SIDECAR, AUDIT, LIMITS, TOKEN_UNUSED),
            InjectorSection::forFiles);

    private InjectorSection() {}

    private static FileConfig forFiles(Bound file) {
        Set<String> exempt = new HashSet<>(file.get(EXEMPT));
        String own = file.find(NAMESPACE_IF_ANY);
        if (own != null) {
            exempt.add(own);
        }
        return new FileConfig(file.get(SIDECAR).with(file.get(AUDIT)), exempt);
    }

    private static InjectorConfig make(Bound injector) {
        return new InjectorConfig(
                injector.get(LISTEN),
                injector.get(TLS),
                injector.get(NAMESPACE),
                Set.copyOf(injector.get(EXEMPT)),
                injector.get(SIDECAR).with(injector.get(AUDIT)),
                injector.get(LIMITS),
                injector.find(METRICS_TOKEN));
    }

    private static InjectorConfig.Tls tls(Bound tls) {
        if (tls.mentions(CLIENT_CA) != tls.mentions(CLIENT_NAMES)) {
            tls.error("`client_ca` and `client_names` go together; name both, or neither");
        }
        List<String> names = tls.find(CLIENT_NAMES);
        return new InjectorConfig.Tls(
                tls.get(CERT), tls.get(KEY), tls.find(CLIENT_CA), names == null ? List.of() : names);
    }

    private static Shape<InetSocketAddress> endpoint() {
        return Scalars.scalar("host:port, such as 0.0.0.0:8443 or [::]:8443", ENDPOINT.pattern(), text -> {
            Matcher matcher = ENDPOINT.matcher(text);
            int port = matcher.matches() ? Integer.parseInt(matcher.group(2)) : -1;
            if (port < 0 || port > HIGHEST_PORT) {
                throw new BadValueException("");
            }
            return new InetSocketAddress(matcher.group(1).replaceAll("[\\[\\]]", ""), port);
        });
    }
}
