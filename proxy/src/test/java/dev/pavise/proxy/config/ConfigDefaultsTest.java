package dev.pavise.proxy.config;

import static dev.pavise.proxy.config.WholeConfig.SMALLEST;
import static dev.pavise.proxy.config.WholeConfig.WHOLE;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ByteSize;
import dev.pavise.policy.config.Place;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every default. */
final class ConfigDefaultsTest {
    @TempDir
    private Path temporary;

    private ConfigFolder folder = new ConfigFolder(Path.of("unset"));

    @BeforeEach
    void fillFolder() {
        folder = WholeConfig.folder(temporary);
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

    private static UpstreamConfig runtime(GatewayConfig config) {
        return Objects.requireNonNull(config.upstreams().get("runtime"));
    }
}
