package dev.pavise.proxy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.codec.WitnessKey;
import dev.pavise.auditlog.redact.How;
import dev.pavise.auditlog.redact.RecordPath;
import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Place;
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

/** Every default, and every property set to something else. */
final class ConfigValuesTest {

    static final String SMALLEST = """
            upstreams: {runtime: {url: "http://127.0.0.1:9000"}}
            routes:
              - {match: {path: "/**"}, permission: "agent:use", upstream: runtime}
            """;

    static final String WHOLE = """
            listen:
              https:
                - {address: "0.0.0.0:443"}
                - {address: "[::1]:444", client_auth: required}
              metrics: "127.0.0.1:9464"
              management: "10.0.0.1:9000"
              transport: io_uring
            hosts: ["Agents.Example.com", "*.agents.example.com", "::1"]
            origins: ["https://app.example.com:443", "http://localhost:3000"]
            data_dir: state
            trusted_proxies: [10.0.0.0/8, "fd00::/8"]
            tls:
              cert: gw.crt
              key: gw.key
              client_ca: clients.crt
              client_crl: clients.crl
              client_auth: none
              min_version: "1.2"
              cipher_suites: [TLS_AES_256_GCM_SHA384, TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384]
            identity:
              session_timeout: 1h
              log_generated_token: false
              operator_token: ${OPERATOR}
              api_keys: {prefix: cax_live_, also_accept: [pav_live_], max_age: 30d, max: 50}
              issuers:
                - name: corp
                  issuer: https://id.example
                  audience: [pavise, other]
                  algorithms: [ES256, EdDSA]
                  jwks_file: jwks.json
                  leeway: 5s
                  claims: {sub: id, roles: r, permissions: p, scope: s, groups: g}
                  may_grant: [developer]
                - {name: pem, issuer: pem, audience: pavise, algorithms: [RS256], public_key: issuer.pem}
                - {name: shared, secret: "0123456789abcdef0123456789abcdef"}
                - {name: url, issuer: u, audience: pavise, algorithms: [ES256], jwks_url: "https://Keys.example:444/jwks?v=1"}
                - name: found
                  issuer: https://id.example/realm
                  audience: pavise
                  algorithms: [ES256]
                  discovery: true
                  jwks_hosts: [keys.example, "[::1]:444"]
                  ca: runtime-ca.crt
                  refresh: 1m
                  keep: 1h
              resource: https://Gateway.example:443
            roles:
              - {name: developer, permissions: ["agent:list", "message:send"]}
            bindings:
              - {principal: "user@example.com", roles: [developer]}
              - {group: ops, roles: [developer, admin]}
            upstreams:
              runtime:
                urls: ["https://a.example", "https://[::1]:9443/"]
                ca: runtime-ca.crt
                cert: gw-client.crt
                key: gw-client.key
                server_name: runtime.example
                protocol: http2
                connect_timeout: 250ms
                idle_timeout: 2m
                max_connections: 8
                health: {path: /healthz?deep=1, interval: 1s, timeout: 100ms, unhealthy_after: 5, healthy_after: 1}
            routes:
              - name: logs
                match: {host: agents.example.com, path: "/agents/{id}/logs", methods: [GET, HEAD], headers: {X-Tenant: acme}}
                permission: agent:logs
                upstream: runtime
                limit: 100/minute burst 20
                timeout: 2m
                body: {size: 0}
                pass_credential: true
                when: "request.method == 'GET'"
                enforce: audit-only
                audit: {durability: disk, low_water: 2GiB}
              - {match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}
              - {match: {path: "/agents/**", headers: {x-beta: "1"}}, permission: "agent:list", upstream: runtime}
            limits:
              per_principal: 6000/minute burst 200
              refused_credentials_per_address: 5/s
              connections: 5
              connections_per_address: "4"
              headers: 16KiB
              header_count: 50
              body: 1MB
              request_timeout: 500ms
              idle_timeout: 2h
              header_timeout: 3s
              body_timeout: 4s
              handshake_timeout: 5s
              drain_timeout: 0s
              http2_streams: 7
              http2_resets: 0
            audit:
              dir: /var/log/pavise
              durability: disk
              key: /etc/pavise/audit.key
              anchor: /var/lib/pavise/anchor
              mirror: /var/log/pavise.jsonl
              low_water: 1GiB
              retention: {days: 30, max_size: 100MiB}
              origin: gw1.example/audit
              witness: {url: "https://witness.example:8443/log/", public_key: "witness.example/w1+f7fe0bdc+BDsAMTurNIW7sC9okPijsgYZaW9oQmVHmCWgxUINH/E9", ca: runtime-ca.crt,
                        every: 1m, timeout: 2s, required: true, max_age: 1h}
              record: {headers: [User-Agent, x-tenant], query: true}
              redact:
                - {header: x-tenant, with: hash}
                - {query: page, with: remove}
                - {json: "$.metadata.reason"}
                - {secret_file: known.txt}
              redact_key: /etc/pavise/redact.key
              visible: record.actor == identity.id
              ship:
                kafka:
                  servers: [k1.example:9093, "[::1]:9094"]
                  topic: audit.records
                  format: ocsf
                  ca: runtime-ca.crt
                  cert: gw-client.crt
                  key: gw-client.key
                  batch: 2MiB
                position: /var/lib/pavise/ship.position
              ephemeral: true
            kubernetes:
              namespace: agents
              deployment: codetether
              manager: {url: "https://pavise-manager.pavise-system.svc:8443", ca: runtime-ca.crt, token: /run/token, timeout: 3s}
              reconcile: {enabled: false, interval: 1m}
            tools:
              trusted_keys: trusted
              policies:
                convert: {max_memory_mb: 512, max_cpu_seconds: 60, max_wall: 2m, scratch_mb: 0, files: ["fs:ro:/srv/data"], network: none}
              runner: {url: "https://runner.example:8444", ca: runtime-ca.crt, cert: gw-client.crt, key: gw-client.key, server_name: runner.internal,
                       receipt_key: issuer.pem, connect_timeout: 1s, queue_timeout: 2s, max_in_flight: 3}
              content: {max_size: 1MiB, max_total: 2MiB}
            """;

    private static final String WITNESS = "witness.example/w1+f7fe0bdc+BDsAMTurNIW7sC9okPijsgYZaW9oQmVHmCWgxUINH/E9";

    static final String[] FILES = {
        "gw.crt",
        "gw.key",
        "clients.crt",
        "clients.crl",
        "jwks.json",
        "issuer.pem",
        "runtime-ca.crt",
        "gw-client.crt",
        "gw-client.key",
        "known.txt",
        "trusted/release.pub"
    };

    @TempDir
    private Path temporary;

    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));

    @BeforeEach
    void fillFolder() {
        folder = new ConfigFolder(temporary).set("OPERATOR", "0123456789abcdef").withFiles(FILES);
    }

    @Test
    void hasTheseDefaults() {
        GatewayConfig config = folder.good(SMALLEST);
        HostPort loopback = new HostPort("127.0.0.1", 8443);
        assertEquals(
                new ListenConfig(
                        List.of(new ListenConfig.Door("https", loopback, ClientAuth.NONE)),
                        null,
                        null,
                        ListenConfig.Transport.AUTO),
                config.listen());
        assertEquals(List.of(), config.hosts());
        assertEquals(List.of(), config.origins());
        assertEquals(folder.path("data"), config.dataDir());
        assertEquals(List.of(), config.trustedProxies());
        assertEquals(
                new TlsConfig(
                        null, null, null, null, ClientAuth.NONE, TlsConfig.Version.TLS_1_3, TlsConfig.TLS_1_3_SUITES),
                config.tls());
        assertEquals(
                new IdentityConfig(Duration.ofMinutes(15), true, null, List.of(), IdentityConfig.ApiKeys.DEFAULT, null),
                config.identity());
        assertEquals(new AccessConfig(null, List.of(), List.of()), config.access());
        assertEquals(
                new LimitsConfig(
                        null,
                        "60/minute",
                        10_000,
                        1_000,
                        ByteSize.kibibytes(8),
                        100,
                        ByteSize.mebibytes(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(60),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(30),
                        100,
                        200),
                config.limits());
        assertEquals(
                new AuditConfig(
                        folder.path("data/audit"),
                        AuditConfig.Durability.PROCESS,
                        folder.path("data/keys/audit.key"),
                        folder.path("data/audit.anchor"),
                        null,
                        ByteSize.mebibytes(256),
                        new AuditConfig.Retention(90, ByteSize.mebibytes(50 << 10)),
                        "pavise/audit",
                        null,
                        RecordedConfig.NOTHING,
                        new RedactConfig(List.of(), folder.path("data/keys/redact.key")),
                        null,
                        null,
                        false),
                config.audit());
    }

    @Test
    void hasTheseDefaultsForUpstreamsAndRoutes() {
        GatewayConfig config = folder.good(SMALLEST);
        UpstreamConfig upstream = runtime(config);
        assertEquals(
                new UpstreamConfig(
                        "runtime",
                        List.of(new UpstreamConfig.Url(false, "127.0.0.1", 9000)),
                        null,
                        null,
                        null,
                        null,
                        UpstreamConfig.Protocol.AUTO,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(4),
                        256,
                        null,
                        new Place(folder.path("pavise.yaml"), 1, 22, "upstreams.runtime")),
                upstream);
        assertEquals(
                List.of(new RouteConfig(
                        "/**",
                        new RouteConfig.Match(null, "/**", List.of(), Map.of()),
                        "agent:use",
                        "runtime",
                        null,
                        null,
                        null,
                        false,
                        null,
                        null,
                        RouteConfig.Enforce.ON,
                        null,
                        new Place(folder.path("pavise.yaml"), 3, 5, "routes[0]"))),
                config.routes());
        String health = SMALLEST.replace("9000\"", "9000\", health: {path: /live}");
        assertEquals(
                new UpstreamConfig.Health("/live", Duration.ofSeconds(5), Duration.ofSeconds(2), 3, 2),
                runtime(folder.good(health)).health());
    }

    @Test
    void hasTheseDefaultsForIssuers() {
        IdentityConfig.Issuer shared = folder.good(WHOLE).identity().issuers().get(2);
        assertNull(shared.issuer());
        assertEquals(List.of(), shared.audience());
        assertEquals(List.of("HS256"), shared.algorithms());
        assertEquals(Duration.ofSeconds(60), shared.leeway());
        assertEquals(IdentityConfig.Claims.DEFAULT, shared.claims());
        assertNull(shared.mayGrant());
    }

    @Test
    void listensOpenlyAndAsksForCertificatesByDefaultOnceItHasFilesForBoth() {
        GatewayConfig config = folder.good("tls: {cert: gw.crt, key: gw.key, client_ca: clients.crt}");
        HostPort open = new HostPort("0.0.0.0", 8443);
        assertEquals(
                List.of(new ListenConfig.Door("https", open, ClientAuth.OPTIONAL)),
                config.listen().https());
        List<String> both = folder.good("tls: {min_version: '1.2'}").tls().cipherSuites();
        assertTrue(both.containsAll(TlsConfig.TLS_1_2_SUITES) && both.containsAll(TlsConfig.TLS_1_3_SUITES));
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
