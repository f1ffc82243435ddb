package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.config.ConfigError;
import dev.pavise.proxy.config.ConfigLoader;
import dev.pavise.proxy.config.ConfigWatch;
import dev.pavise.proxy.config.GatewayConfig;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A new configuration applies whole or not at all, to live connections and streams as well (promise P8). */
final class ReloadTest {
    private static final String NOBODY = """
            identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
            roles: [{name: reader, permissions: ["agent:list"]}]
            """.formatted(Jwt.SECRET);

    @TempDir
    Path folder;

    private final String alice = Jwt.of("alice", Duration.ofMinutes(10));
    private final CountDownLatch never = new CountDownLatch(1);
    private RawOrigin origin;
    private RawOrigin other;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            if (request.target().startsWith("/agents/stream")) {
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                never.await(60, TimeUnit.SECONDS);
            } else {
                RawOrigin.respond(wire, "one");
            }
        });
        other = RawOrigin.answering((request, wire) -> RawOrigin.respond(wire, "other"));
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), Jwt.ISSUER));
    }

    @AfterEach
    void stop() {
        never.countDown();
        gateway.close();
        origin.close();
        other.close();
    }

    @Test
    void takesARoleAwayFromLiveConnections() throws Exception {
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            assertEquals(200, wire.as(alice, "GET", "/agents/1").answer().status());
            assertEquals(200, asAlice(client, "/agents/1").message().status());
            assertEquals(List.of(), gateway.reload(Yaml.oneRoute(origin.port(), NOBODY)));
            assertEquals(403, wire.as(alice, "GET", "/agents/2").answer().status());
            assertEquals(403, asAlice(client, "/agents/2").message().status());
            assertEquals(200, wire.request("GET", "/agents/3").answer().status(), "the operator still may");
        }
        assertFalse(origin.seen().contains("GET /agents/2"), origin.seen().toString());
    }

    private Http2End asAlice(Http2Client client, String path) throws Exception {
        var head = Http2Client.head("GET", path);
        head.set("authorization", "Bearer " + alice);
        return client.open(head, true);
    }

    @Test
    void endsLiveStreamsThatAreNoLongerAllowed() throws Exception {
        try (Wire wire = Wire.to(gateway);
                Wire operator = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            wire.as(alice, "GET", "/agents/stream1").head();
            assertEquals("first", new String(wire.chunk()));
            Http2End stream = asAlice(client, "/agents/stream2");
            stream.head();
            assertEquals("first", stream.data());
            operator.request("GET", "/agents/stream3").head();
            assertEquals("first", new String(operator.chunk()));

            assertEquals(List.of(), gateway.reload(Yaml.oneRoute(origin.port(), NOBODY)));
            assertTrue(wire.isEnded());
            assertEquals("INTERNAL_ERROR", stream.howItEnded());
            assertEquals("no_longer_allowed", Trail.metadata(Trail.of(gateway).end("/agents/stream1"), "ended"));
            assertEquals("no_longer_allowed", Trail.metadata(Trail.of(gateway).end("/agents/stream2"), "ended"));
            assertEquals(2, Trail.of(gateway).of("/agents/stream3").size(), "the operator's goes on");
        }
    }

    @Test
    void endsStreamsWhoseRouteIsGone() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", "/agents/stream1").head();
            assertEquals("first", new String(wire.chunk()));
            assertEquals(List.of(), gateway.reload("upstreams: {}\nroutes: []\n"));
            assertTrue(wire.isEnded());
            assertEquals("no_longer_allowed", Trail.metadata(Trail.of(gateway).end("/agents/stream1"), "ended"));
        }
    }

    @Test
    void sendsTheNextRequestToTheNewUpstream() throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            assertEquals("one", wire.request("GET", "/agents/1").answer().text());
            assertEquals(List.of(), gateway.reload(Yaml.oneRoute(other.port(), "")));
            assertEquals("other", wire.request("GET", "/agents/2").answer().text());
        }
        assertEquals("policy_change", lastEvent());
    }

    private String lastEvent() throws Exception {
        return Trail.text(Trail.of(gateway).of("gateway").getLast(), "event_type");
    }

    @Test
    void keepsTheOldWhereTheNewCannotBeHonoured() throws Exception {
        List<String> broken = List.of(
                "routes: [{match: {path: /x}, permission: a:b, upstream: nowhere}]\n",
                "nonsense: true\n",
                "upstreams: [\n",
                Yaml.oneRoute(other.port(), "tls: {cert: missing.crt, key: missing.key}\n"),
                Yaml.oneRoute(other.port(), "audit: {durability: disk}\n"),
                Yaml.oneRoute(other.port(), "identity: {operator_token: \"another token, which is long enough\"}\n"),
                Yaml.oneRoute(other.port(), "limits: {per_principal: \"many\"}\n"));
        try (Wire wire = Wire.to(gateway)) {
            for (String yaml : broken) {
                List<ConfigError> errors = gateway.reload(yaml);
                assertFalse(errors.isEmpty(), yaml);
                assertFalse(errors.toString().contains("another token"), errors.toString());
                assertEquals("one", wire.as(alice, "GET", "/agents/1").answer().text(), yaml);
            }
        }
        assertEquals(List.of(), other.seen());
    }

    @Test
    void takesUpWhatIsWrittenToTheFile() throws Exception {
        ConfigWatch watch = new ConfigWatch(() -> ConfigLoader.load(gateway.file(), Map.<String, String>of()::get));
        watch.load();
        CountDownLatch told = new CountDownLatch(1);
        watch.start(Duration.ofMillis(50), new ConfigWatch.Listener() {
            @Override
            public void changed(GatewayConfig config, ConfigWatch.Cause cause) {
                gateway.server().reload(config, cause);
            }

            @Override
            public void invalid(List<ConfigError> errors, ConfigWatch.Cause cause) {
                gateway.server().refuseReload(errors, cause);
                told.countDown();
            }
        });
        try (watch;
                Wire wire = Wire.to(gateway)) {
            gateway.write("upstreams: [broken");
            assertTrue(told.await(20, TimeUnit.SECONDS));
            assertEquals("one", wire.request("GET", "/agents/1").answer().text());
            gateway.write(Yaml.oneRoute(other.port(), ""));
            Eventually.holds(
                    "the new upstream is asked",
                    () -> wire.request("GET", "/agents/1").answer().text().equals("other"));
        }
        assertTrue(gateway.figure("pavise_config_reloads_total") >= 2);
    }
}
