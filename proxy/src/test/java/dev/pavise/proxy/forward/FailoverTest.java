package dev.pavise.proxy.forward;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.forward.EndpointStatus.State;
import dev.pavise.proxy.http.RefusalCode;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class FailoverTest {
    private final Forwarding forwarding = new Forwarding();

    @AfterEach
    void stop() throws Exception {
        forwarding.stop();
    }

    @Test
    void goesOnToAnEndpointThatCanBeReached() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.echoingTargets()) {
            Upstream upstream = forwarding.plain(ScriptedOrigin.deadPort(), origin.port(), ScriptedOrigin.deadPort());
            for (int i = 0; i < 20; i++) {
                assertEquals("/" + i, forwarding.get(upstream, "/" + i).await().body());
                assertEquals(200, forwarding.post(upstream, "/p", "body").await().status);
            }
            List<EndpointStatus> health = upstream.health();
            assertEquals(State.UP, health.get(1).state());
            assertEquals(0, health.get(0).outstanding());
        }
    }

    @Test
    void tellsWhereNoEndpointCanBeReachedAndKeepsTrying() throws Exception {
        int port = ScriptedOrigin.deadPort();
        Upstream upstream = forwarding.plain(port);
        for (int i = 0; i < 5; i++) {
            RecordingListener listener = forwarding.get(upstream, "/").await();
            assertNotNull(listener.failure);
            assertEquals(RefusalCode.UPSTREAM_UNREACHABLE, listener.failure.code());
            assertTrue(listener.failure.detail().contains("`origin`"), listener.failure.detail());
        }
        assertEquals(State.BACKING_OFF, upstream.health().getFirst().state());
        assertEquals(5, upstream.health().getFirst().failures());
        assertEquals(0, upstream.health().getFirst().connections());
    }

    @Test
    void tellsANameThatCannotBeLookedUp() throws Exception {
        List<UpstreamEndpoint> endpoints =
                List.of(new UpstreamEndpoint("no-such-host.invalid", 80, new UpstreamSecurity.Plain()));
        Upstream upstream = forwarding.upstream(
                new UpstreamSettings("lost", UpstreamProtocol.AUTO, endpoints, Forwarding.LIMITS, null));
        RecordingListener listener = forwarding.get(upstream, "/").await();
        assertNotNull(listener.failure);
        assertEquals(RefusalCode.UPSTREAM_UNREACHABLE, listener.failure.code());
    }

    @Test
    void reachesAnEndpointByName() throws Exception {
        try (ScriptedOrigin origin = ScriptedOrigin.echoingTargets()) {
            List<UpstreamEndpoint> endpoints =
                    List.of(new UpstreamEndpoint("localhost", origin.port(), new UpstreamSecurity.Plain()));
            Upstream upstream = forwarding.upstream(
                    new UpstreamSettings("named", UpstreamProtocol.AUTO, endpoints, Forwarding.LIMITS, null));
            assertEquals("/", forwarding.get(upstream, "/").await().body());
        }
    }

    @Test
    void triesTheOtherEndpointWhereOneIsBusy() throws Exception {
        try (ScriptedOrigin slow = new ScriptedOrigin(ScriptedOrigin.Peer::awaitClose);
                ScriptedOrigin origin = ScriptedOrigin.echoingTargets()) {
            UpstreamLimits one =
                    new UpstreamLimits(Duration.ofSeconds(10), Duration.ofSeconds(10), 1, 0, 100, 16 * 1024, 50);
            Upstream upstream = forwarding.upstream(UpstreamProtocol.AUTO, one, slow.port(), origin.port());
            for (int i = 0; i < 200 && slow.accepted() == 0; i++) {
                RecordingListener listener = forwarding.get(upstream, "/" + i);
                Forwarding.eventually("it is answered or stuck", () -> listener.ended.isDone() || slow.accepted() == 1);
            }
            assertEquals(1, slow.accepted());
            for (int i = 0; i < 20; i++) {
                assertEquals("/" + i, forwarding.get(upstream, "/" + i).await().body());
            }
        }
    }

    @Test
    void leavesOutAnEndpointWhoseChecksFailAndTakesItBackIn() throws Exception {
        AtomicBoolean well = new AtomicBoolean(true);
        try (ScriptedOrigin changing = new ScriptedOrigin(peer -> {
                    for (String head = peer.head(); !head.isEmpty(); head = peer.head()) {
                        String status = well.get() ? "200 OK" : "503 Service Unavailable";
                        peer.send("HTTP/1.1 " + status + "\r\ncontent-length: 8\r\n\r\nchanging");
                    }
                });
                ScriptedOrigin steady = ScriptedOrigin.echoingTargets()) {
            HealthCheck check =
                    new HealthCheck("/healthz", "agents.example", Duration.ofMillis(20), Duration.ofSeconds(5), 2, 2);
            Upstream upstream = forwarding.upstream(new UpstreamSettings(
                    "checked",
                    UpstreamProtocol.AUTO,
                    forwarding.plain(changing.port(), steady.port()).settings().endpoints(),
                    Forwarding.LIMITS,
                    check));
            forwarding.forwarder.startHealthChecks(forwarding.loop(), upstream);
            well.set(false);
            Forwarding.eventually(
                    "it is out", () -> upstream.health().getFirst().state() == State.FAILING_CHECKS);
            for (int i = 0; i < 20; i++) {
                assertEquals("/" + i, forwarding.get(upstream, "/" + i).await().body());
            }
            well.set(true);
            Forwarding.eventually(
                    "it is back", () -> upstream.health().getFirst().isUp());
            Forwarding.eventually("it is used", () -> {
                try {
                    return forwarding.get(upstream, "/").await().body().equals("changing");
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            upstream.close();
        }
    }

    @Test
    void failsAllHealthChecksOfASilentEndpoint() throws Exception {
        try (ScriptedOrigin silent = new ScriptedOrigin(ScriptedOrigin.Peer::awaitClose)) {
            HealthCheck check =
                    new HealthCheck("/healthz", "agents.example", Duration.ofMillis(20), Duration.ofMillis(50), 3, 1);
            Upstream upstream = forwarding.upstream(new UpstreamSettings(
                    "silent",
                    UpstreamProtocol.AUTO,
                    forwarding.plain(silent.port()).settings().endpoints(),
                    Forwarding.LIMITS,
                    check));
            forwarding.forwarder.startHealthChecks(forwarding.loop(), upstream);
            Forwarding.eventually(
                    "it is out", () -> upstream.health().getFirst().state() == State.FAILING_CHECKS);
            upstream.close();
            Forwarding.eventually(
                    "no check is left", () -> upstream.health().getFirst().connections() == 0);
        }
    }
}
