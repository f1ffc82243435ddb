package dev.pavise.proxy.config;

import dev.pavise.policy.config.Bound;
import dev.pavise.policy.config.Cursor;
import dev.pavise.policy.config.Key;
import dev.pavise.policy.config.Reading;
import dev.pavise.policy.config.Scalars;
import dev.pavise.policy.config.Section;
import dev.pavise.policy.config.Shapes;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Reads a whole configuration, and checks what its sections say of each other. */
final class GatewaySection {

    private static final Key<ListenSection.Draft> LISTEN =
            Key.withDefault("listen", ListenSection.SECTION, "{}", "where the gateway listens");
    private static final Key<List<String>> HOSTS = Key.withDefault(
            "hosts",
            Shapes.list(Addresses.hostPattern()),
            "[]",
            "names the gateway answers to; default: the names of its certificate");
    private static final Key<List<String>> ORIGINS = Key.withDefault(
            "origins", Shapes.list(Addresses.origin()), "[]", "browser origins let in; default: https of hosts");
    private static final Key<Path> DATA_DIR =
            Key.withDefault("data_dir", Scalars.path("a folder"), "./data", "what the gateway keeps");
    private static final Key<List<AddressRange>> TRUSTED_PROXIES = Key.withDefault(
            "trusted_proxies", Shapes.list(Addresses.range()), "[]", "whose x-forwarded-* headers are believed");
    private static final Key<TlsConfig> TLS = Key.withDefault("tls", TlsSection.SECTION, "{}", "the gateway's own TLS");
    private static final Key<IdentityConfig> IDENTITY =
            Key.withDefault("identity", IdentitySection.SECTION, "{}", "whose credentials are believed");
    private static final Key<Map<String, UpstreamConfig>> UPSTREAMS =
            Key.withDefault("upstreams", UpstreamSection.ALL, "{}", "services that requests go to, by name");
    private static final Key<List<RouteConfig>> ROUTES = Key.withDefault(
            "routes",
            Shapes.list(RouteSection.SECTION),
            "[]",
            "which requests go to which upstream under which permission; what matches none is refused");
    private static final Key<LimitsConfig> LIMITS =
            Key.withDefault("limits", LimitsSection.SECTION, "{}", "what callers may use up");
    private static final Key<AuditSection.Draft> AUDIT =
            Key.withDefault("audit", AuditSection.SECTION, "{}", "where the audit trail goes");

    private static final Key<ToolsConfig> TOOLS =
            Key.optional("tools", ToolsSection.SECTION, "signed tools and what runs them; default: there are none");

    private static final Key<KubernetesConfig> KUBERNETES = Key.withDefault(
            "kubernetes", KubernetesSection.SECTION, "{}", "the cluster around the gateway, and who acts in it");

    static final Section<GatewayConfig> SECTION = Section.of(
            List.of(
                    LISTEN,
                    HOSTS,
                    ORIGINS,
                    DATA_DIR,
                    TRUSTED_PROXIES,
                    TLS,
                    IDENTITY,
                    AccessSection.ROLES,
                    AccessSection.ROLES_FILE,
                    AccessSection.BINDINGS,
                    UPSTREAMS,
                    ROUTES,
                    LIMITS,
                    AUDIT,
                    TOOLS,
                    KUBERNETES),
            Set.of("agents", "cluster", "secrets", "telemetry", "security", "api"),
            GatewaySection::make);

    private GatewaySection() {}

    private static GatewayConfig make(Bound root) {
        Reading reading = root.reading();
        Path override = ConfigOverrides.dataDir(reading);
        Path dataDir = override == null ? root.get(DATA_DIR) : override;
        TlsConfig tls = root.get(TLS);
        ListenConfig listen =
                ListenSection.settle(root.get(LISTEN), tls, root.mentions(TLS, "client_ca"), root, LISTEN);
        checkCertificate(root, tls, listen);
        checkAuthority(root, tls, listen);
        AuditConfig audit = AuditSection.settle(root.get(AUDIT), dataDir, root, AUDIT);
        return new GatewayConfig(
                reading.file(),
                listen,
                root.get(HOSTS),
                root.get(ORIGINS),
                dataDir,
                root.get(TRUSTED_PROXIES),
                tls,
                root.get(IDENTITY),
                AccessSection.make(root),
                root.get(UPSTREAMS),
                RouteSection.settle(root.get(ROUTES), upstreamNames(root), audit, reading),
                root.get(LIMITS),
                audit,
                root.find(TOOLS),
                root.get(KUBERNETES));
    }

    // A certificate nobody has vouched for is good enough for this machine's own callers, and for no others.
    private static void checkCertificate(Bound root, TlsConfig tls, ListenConfig listen) {
        if (tls.cert() != null || root.mentions(TLS, "cert")) return;
        List<HostPort> open = new ArrayList<>();
        listen.https().forEach(door -> open.add(door.address()));
        if (listen.metrics() != null) open.add(listen.metrics());
        if (listen.management() != null) open.add(listen.management());
        open.removeIf(HostPort::loopback);
        if (!open.isEmpty()) {
            root.error(
                    LISTEN,
                    "`" + open.getFirst() + "` can be reached from other machines, which needs tls.cert and tls.key;"
                            + " without them a throwaway certificate is made, for loopback addresses only");
        }
    }

    private static void checkAuthority(Bound root, TlsConfig tls, ListenConfig listen) {
        if (tls.clientCa() == null || tls.clientAuth() != ClientAuth.NONE) return;
        if (listen.https().stream().anyMatch(door -> door.clientAuth() != ClientAuth.NONE)) return;
        root.error(TLS, "`client_ca` is set, and no door asks for client certificates; set client_auth, or remove it");
    }

    /** All that stand in the file, also those that are wrong: a route to one of them is not wrong too. */
    private static Set<String> upstreamNames(Bound root) {
        Cursor cursor = root.cursor(UPSTREAMS);
        return cursor == null ? Set.of() : cursor.names();
    }
}
