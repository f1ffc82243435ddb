package dev.pavise.proxy.config;

import static dev.pavise.proxy.config.WholeConfig.FILES;
import static dev.pavise.proxy.config.WholeConfig.SMALLEST;
import static dev.pavise.proxy.config.WholeConfig.WHOLE;
import static dev.pavise.proxy.config.WholeConfig.WITNESS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.codec.WitnessKey;
import dev.pavise.auditlog.redact.How;
import dev.pavise.auditlog.redact.RecordPath;
import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Secret;
import java.lang.reflect.RecordComponent;
import java.net.InetAddress;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every property set to something else than its default. */
final class ConfigValuesTest {
    @TempDir
    private Path temporary;

    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));

    @BeforeEach
    void fillFolder() {
        folder = WholeConfig.folder(temporary);
    }

    @Test
    void readsEveryProperty() throws Exception {
        GatewayConfig config = folder.good(WHOLE);
        assertEquals(
                new ListenConfig(
                        List.of(
                                new ListenConfig.Door("https", new HostPort("0.0.0.0", 443), ClientAuth.NONE),
                                new ListenConfig.Door("https-2", new HostPort("::1", 444), ClientAuth.REQUIRED)),
                        new HostPort("127.0.0.1", 9464),
                        new HostPort("10.0.0.1", 9000),
                        ListenConfig.Transport.IO_URING),
                config.listen());
        assertEquals(List.of("agents.example.com", "*.agents.example.com", "::1"), config.hosts());
        assertEquals(List.of("https://app.example.com", "http://localhost:3000"), config.origins());
        assertEquals(folder.path("state"), config.dataDir());
        assertEquals(
                List.of(
                        new AddressRange(InetAddress.ofLiteral("10.0.0.0"), 8),
                        new AddressRange(InetAddress.ofLiteral("fd00::"), 8)),
                config.trustedProxies());
        assertEquals(
                new TlsConfig(
                        folder.path("gw.crt"),
                        folder.path("gw.key"),
                        folder.path("clients.crt"),
                        folder.path("clients.crl"),
                        ClientAuth.NONE,
                        TlsConfig.Version.TLS_1_2,
                        List.of("TLS_AES_256_GCM_SHA384", "TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384")),
                config.tls());
        assertEquals(
                new AuditConfig(
                        Path.of("/var/log/pavise"),
                        AuditConfig.Durability.DISK,
                        Path.of("/etc/pavise/audit.key"),
                        Path.of("/var/lib/pavise/anchor"),
                        Path.of("/var/log/pavise.jsonl"),
                        ByteSize.mebibytes(1024),
                        new AuditConfig.Retention(30, ByteSize.mebibytes(100)),
                        "gw1.example/audit",
                        new WitnessConfig(
                                URI.create("https://witness.example:8443/log"),
                                WitnessKey.parse(WITNESS),
                                folder.path("runtime-ca.crt"),
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(2),
                                true,
                                Duration.ofHours(1)),
                        new RecordedConfig(List.of("user-agent", "x-tenant"), true),
                        new RedactConfig(
                                List.of(
                                        new RedactConfig.Rule.Header("x-tenant", How.HASH),
                                        new RedactConfig.Rule.Query("page", How.REMOVE),
                                        new RedactConfig.Rule.Json(RecordPath.parse("$.metadata.reason"), How.MASK),
                                        new RedactConfig.Rule.SecretFile(folder.path("known.txt"), How.MASK)),
                                Path.of("/etc/pavise/redact.key")),
                        "record.actor == identity.id",
                        new ShipConfig(
                                new ShipConfig.Kafka(
                                        List.of(new HostPort("k1.example", 9093), new HostPort("::1", 9094)),
                                        "audit.records",
                                        ShipConfig.Format.OCSF,
                                        true,
                                        folder.path("runtime-ca.crt"),
                                        folder.path("gw-client.crt"),
                                        folder.path("gw-client.key"),
                                        ByteSize.mebibytes(2)),
                                Path.of("/var/lib/pavise/ship.position")),
                        true),
                config.audit());
    }

    @Test
    void readsKubernetes() {
        assertEquals(
                new KubernetesConfig(
                        "agents",
                        "codetether",
                        new KubernetesConfig.Manager(
                                URI.create("https://pavise-manager.pavise-system.svc:8443"),
                                folder.path("runtime-ca.crt"),
                                Path.of("/run/token"),
                                Duration.ofSeconds(3)),
                        new KubernetesConfig.Reconcile(false, Duration.ofMinutes(1))),
                folder.good(WHOLE).kubernetes());
        assertEquals(
                new KubernetesConfig(null, null, null, new KubernetesConfig.Reconcile(true, Duration.ofSeconds(30))),
                folder.good(SMALLEST).kubernetes());
        KubernetesConfig.Manager usual = folder.good(
                        SMALLEST + "kubernetes: {manager: {url: 'https://m:8443', ca: runtime-ca.crt}}\n")
                .kubernetes()
                .manager();
        assertEquals(
                new KubernetesConfig.Manager(
                        URI.create("https://m:8443"),
                        folder.path("runtime-ca.crt"),
                        Path.of("/var/run/secrets/pavise/token"),
                        Duration.ofSeconds(20)),
                usual);
    }

    @Test
    void readsEveryIdentityAndRole() {
        GatewayConfig config = folder.good(WHOLE);
        IdentityConfig identity = config.identity();
        assertEquals(Duration.ofHours(1), identity.sessionTimeout());
        assertEquals(Secret.of("0123456789abcdef"), identity.operatorToken());
        assertEquals(
                new IdentityConfig.ApiKeys("cax_live_", List.of("pav_live_"), Duration.ofDays(30), 50),
                identity.apiKeys());
        IdentityConfig.Issuer corp = identity.issuers().getFirst();
        assertEquals(
                new IdentityConfig.Issuer(
                        "corp",
                        "https://id.example",
                        List.of("pavise", "other"),
                        List.of("ES256", "EdDSA"),
                        new IdentityConfig.Keys.JwksFile(folder.path("jwks.json")),
                        Duration.ofSeconds(5),
                        new IdentityConfig.Claims("id", "r", "p", "s", "g"),
                        List.of("developer"),
                        corp.place()),
                corp);
        IdentityConfig.Issuer pem = identity.issuers().get(1);
        assertEquals(new IdentityConfig.Keys.PublicKey(folder.path("issuer.pem")), pem.keys());
        assertEquals(List.of("pavise"), pem.audience());
        IdentityConfig.Source at = new IdentityConfig.Source.At(URI.create("https://keys.example:444/jwks?v=1"));
        assertEquals(
                new IdentityConfig.Keys.Remote(at, null, Duration.ofMinutes(10), Duration.ofHours(24)),
                identity.issuers().get(3).keys());
        IdentityConfig.Source found = new IdentityConfig.Source.Discovered(
                URI.create("https://id.example/realm"), Set.of("keys.example:443", "[::1]:444"));
        assertEquals(
                new IdentityConfig.Keys.Remote(
                        found, folder.path("runtime-ca.crt"), Duration.ofMinutes(1), Duration.ofHours(1)),
                identity.issuers().get(4).keys());
        assertEquals("https://gateway.example", identity.resource());
        AccessConfig.Role role = config.access().roles().getFirst();
        assertEquals(new AccessConfig.Role("developer", List.of("agent:list", "message:send"), role.place()), role);
        AccessConfig.Binding person = config.access().bindings().getFirst();
        AccessConfig.Binding group = config.access().bindings().get(1);
        assertEquals(new AccessConfig.Binding("user@example.com", null, List.of("developer"), person.place()), person);
        assertEquals(new AccessConfig.Binding(null, "ops", List.of("developer", "admin"), group.place()), group);
    }

    @Test
    void readsEveryUpstreamRouteAndLimit() throws Exception {
        GatewayConfig config = folder.good(WHOLE);
        UpstreamConfig upstream = runtime(config);
        assertEquals(
                List.of(new UpstreamConfig.Url(true, "a.example", 443), new UpstreamConfig.Url(true, "::1", 9443)),
                upstream.urls());
        assertEquals("https://[::1]:9443", upstream.urls().get(1).toString());
        assertEquals(
                new UpstreamConfig.Health("/healthz?deep=1", Duration.ofSeconds(1), Duration.ofMillis(100), 5, 1),
                upstream.health());
        RouteConfig route = config.routes().getFirst();
        assertEquals(
                new RouteConfig(
                        "logs",
                        new RouteConfig.Match(
                                "agents.example.com",
                                "/agents/{id}/logs",
                                List.of("GET", "HEAD"),
                                Map.of("x-tenant", "acme")),
                        "agent:logs",
                        "runtime",
                        "100/minute burst 20",
                        Duration.ofMinutes(2),
                        new ByteSize(0),
                        true,
                        null,
                        route.when(),
                        RouteConfig.Enforce.AUDIT_ONLY,
                        new RouteConfig.Audit(AuditConfig.Durability.DISK, ByteSize.mebibytes(2048)),
                        route.place()),
                route);
        assertEquals(
                "request.method == 'GET'", Objects.requireNonNull(route.when()).expression());
        assertEquals("routes[0].when", route.when().place().field());
        assertEquals("/agents/** #2", config.routes().get(2).name());
        assertEquals(new ByteSize(1_000_000), config.limits().body());
        GatewayConfig defaults = folder.good(SMALLEST);
        differInEachPart(defaults.limits(), config.limits());
        differInEachPart(defaults.audit(), config.audit());
        differInEachPart(defaults.identity(), config.identity());
        differInEachPart(defaults.listen(), config.listen());
        differInEachPart(runtime(defaults), upstream, "name");
    }

    private static UpstreamConfig runtime(GatewayConfig config) {
        return Objects.requireNonNull(config.upstreams().get("runtime"));
    }

    private static void differInEachPart(Object standard, Object set, String... but) throws Exception {
        for (RecordComponent part : standard.getClass().getRecordComponents()) {
            if (List.of(but).contains(part.getName())) continue;
            part.getAccessor().setAccessible(true);
            assertNotEquals(
                    part.getAccessor().invoke(standard), part.getAccessor().invoke(set), part.getName());
        }
    }

    @Test
    void readsRolesInBothFormsAndFromAFile() {
        String keyed = "roles: {viewer: {permissions: ['agent:list']}, none: {permissions: []}}\n";
        String listed = "roles: [{name: viewer, permissions: ['agent:list']}, {name: none, permissions: []}]\n";
        folder.write("roles.yaml", keyed + "bindings: [{group: g, roles: [viewer]}]");
        AccessConfig fromFile = folder.good("roles_file: roles.yaml\nbindings: [{principal: p, roles: [none]}]")
                .access();
        for (AccessConfig access :
                List.of(folder.good(keyed).access(), folder.good(listed).access(), fromFile)) {
            assertEquals(
                    List.of("viewer", "none"),
                    access.roles().stream().map(AccessConfig.Role::name).toList());
            assertEquals(List.of("agent:list"), access.roles().getFirst().permissions());
        }
        assertEquals(2, fromFile.bindings().size());
        assertEquals(folder.path("roles.yaml"), fromFile.rolesFile());
    }

    @Test
    void putsTheCommandLineFirst() {
        Path data = folder.path("elsewhere");
        GatewayConfig config =
                ConfigFolder.good(folder.load("listen: {https: 'localhost:1'}", new ConfigOverrides(data, 9443)));
        assertEquals(data, config.dataDir());
        assertEquals(data.resolve("audit"), config.audit().dir());
        assertEquals(
                new HostPort("localhost", 9443),
                config.listen().https().getFirst().address());
    }

    @Test
    void namesEveryFileThatIsToBeWatched() {
        folder.write("roles.yaml", "roles: []");
        folder.write("secret", "0123456789abcdef0123456789abcdef\n");
        String yaml = WHOLE.replaceFirst(
                        "(?s)roles:\n  - .*?bindings:.*?upstreams:", "roles_file: roles.yaml\nupstreams:")
                .replace("\"0123456789abcdef0123456789abcdef\"", "\"${file:secret}\"");
        List<Path> files = folder.load(yaml).files();
        for (String name : FILES) {
            // Of a folder of keys, the folder itself: files come and go in it.
            Path file = folder.path(name);
            assertTrue(files.contains(file) || files.contains(file.getParent()), name);
        }
        assertTrue(files.containsAll(
                List.of(folder.path("pavise.yaml"), folder.path("roles.yaml"), folder.path("secret"))));
    }
}
