package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Upstreams that are several, away, slow, or break off: which code the caller gets, and what is written down. */
final class UpstreamFailureTest {
    @TempDir
    Path folder;

    private final List<AutoCloseable> opened = new ArrayList<>();
    private TestGateway gateway;

    private void start(String yaml) throws Exception {
        gateway = TestGateway.start(folder, yaml);
        opened.addFirst(gateway);
    }

    private RawOrigin origin(RawOrigin made) {
        opened.add(made);
        return made;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private Wire.Message get(String path) throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            return wire.request("GET", path).answer();
        }
    }

    private void assertRefused(int status, String code, Wire.Message answer) {
        assertEquals(status, answer.status(), answer.text());
        assertTrue(answer.text().contains("\"code\":\"" + code + "\""), answer.text());
        assertEquals("application/problem+json", answer.field("content-type"));
    }

    @Test
    void balancesOverAllUrls() throws Exception {
        RawOrigin first = origin(RawOrigin.answering((request, wire) -> RawOrigin.respond(wire, "first")));
        RawOrigin second = origin(RawOrigin.answering((request, wire) -> RawOrigin.respond(wire, "second")));
        start(Yaml.several("", first.port(), second.port()));
        Set<String> answered = new HashSet<>();
        try (Wire wire = Wire.to(gateway)) {
            Eventually.holds("both were asked", () -> {
                answered.add(wire.request("GET", "/agents/1").answer().text());
                return answered.size() == 2;
            });
        }
    }

    @Test
    void goesOnWhereOneUrlIsAway() throws Exception {
        RawOrigin there = origin(RawOrigin.answering((request, wire) -> RawOrigin.respond(wire, "there")));
        start(Yaml.several("", RawOrigin.deadPort(), there.port()));
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 30; i++) {
                wire.request("POST", "/agents/" + i, "Content-Length: 4\r\n").send("body");
                assertEquals("there", wire.answer().text());
            }
        }
        assertEquals(30, there.seen().size());
    }

    @Test
    void asksUrlsWhetherTheyAreWell() throws Exception {
        AtomicBoolean well = new AtomicBoolean(false);
        RawOrigin sick = origin(RawOrigin.answering((request, wire) -> {
            if (request.target().equals("/healthz") && !well.get()) {
                wire.send("HTTP/1.1 500 Oops\r\nContent-Length: 0\r\n\r\n");
            } else {
                RawOrigin.respond(wire, "sick");
            }
        }));
        RawOrigin sound = origin(RawOrigin.answering((request, wire) -> RawOrigin.respond(wire, "sound")));
        start(Yaml.several(
                ", health: {path: /healthz, interval: 100ms, unhealthy_after: 1, healthy_after: 1}",
                sick.port(),
                sound.port()));
        try (Wire wire = Wire.to(gateway)) {
            Eventually.holds("the sick one is left alone", () -> {
                int before = sick.seen().size();
                for (int i = 0; i < 30; i++) {
                    wire.request("GET", "/agents/1").answer();
                }
                return sick.seen().subList(before, sick.seen().size()).stream()
                        .allMatch(each -> each.equals("GET /healthz"));
            });
            well.set(true);
            Eventually.holds(
                    "it is asked again",
                    () -> wire.request("GET", "/agents/1").answer().text().equals("sick"));
        }
    }

    @Test
    void refusesWhatCannotBeReached() throws Exception {
        start(Yaml.oneRoute(RawOrigin.deadPort(), ""));
        assertRefused(502, "upstream_unreachable", get("/agents/1"));
        try (Http2Client client = Http2Client.to(gateway)) {
            Http2End.Message answer = client.request("GET", "/agents/2").message();
            assertEquals(502, answer.status());
            assertTrue(answer.body().contains("upstream_unreachable"), answer.body());
        }
        assertEquals(
                List.of("intent unknown", "outcome error upstream_unreachable"),
                Trail.of(gateway).story("/agents/1"));
        assertTrue(Trail.metadata(Trail.of(gateway).of("/agents/1").getLast(), "failure")
                .contains("runtime"));
    }

    @Test
    void givesUpConnectingInTime() throws Exception {
        // A listener whose queue is full takes no more connections: what knocks next waits.
        try (java.net.ServerSocket full = new java.net.ServerSocket(0, 1, java.net.InetAddress.getLoopbackAddress())) {
            List<java.net.Socket> queue = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                java.net.Socket knocking = new java.net.Socket();
                queue.add(knocking);
                try {
                    knocking.connect(full.getLocalSocketAddress(), 300);
                } catch (java.net.SocketTimeoutException isFull) {
                    break;
                }
            }
            String yaml = "upstreams:\n  runtime: {url: \"http://127.0.0.1:" + full.getLocalPort()
                    + "\", connect_timeout: 300ms}\n" + Yaml.route();
            start(yaml);
            assertRefused(502, "upstream_unreachable", get("/agents/1"));
            for (java.net.Socket each : queue) {
                each.close();
            }
        }
    }

    @Test
    void refusesWhatIsNotAnsweredInTime() throws Exception {
        RawOrigin silent = origin(RawOrigin.answering((request, wire) -> wire.isEnded()));
        start(Yaml.oneRoute(silent.port(), "limits: {request_timeout: 300ms}\n"));
        assertRefused(504, "upstream_timeout", get("/agents/1"));
        assertEquals(
                List.of("intent unknown", "outcome error upstream_timeout"),
                Trail.of(gateway).story("/agents/1"));
        try (Http2Client client = Http2Client.to(gateway)) {
            assertEquals(504, client.request("GET", "/agents/2").message().status());
        }
        assertEquals(2, silent.seen().size());
    }

    @Test
    void blamesTheClientForABodyThatDoesNotCome() throws Exception {
        RawOrigin waiting = origin(RawOrigin.playing(wire -> {
            wire.head();
            wire.skip(Long.MAX_VALUE);
        }));
        start(Yaml.oneRoute(waiting.port(), "limits: {request_timeout: 300ms}\n"));
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/1", "Content-Length: 10\r\n").send("hel");
            assertRefused(408, "request_timeout", wire.answer());
        }
        assertEquals(
                List.of("intent unknown", "outcome failure request_timeout"),
                Trail.of(gateway).story("/agents/1"));
    }

    @Test
    void refusesWhenAllConnectionsAreBusy() throws Exception {
        RawOrigin silent = origin(RawOrigin.answering((request, wire) -> wire.isEnded()));
        start("upstreams:\n  runtime: {url: \"http://127.0.0.1:" + silent.port()
                + "\", max_connections: 1, connect_timeout: 300ms}\n" + Yaml.route());
        try (Wire first = Wire.to(gateway)) {
            first.request("GET", "/agents/1");
            Eventually.holds("the first is under way", () -> silent.seen().size() == 1);
            Wire.Message answer = get("/agents/2");
            assertRefused(503, "upstream_busy", answer);
            assertEquals("1", answer.field("retry-after"));
        }
        assertEquals(List.of("GET /agents/1"), silent.seen());
    }

    @Test
    void triesNothingAgainThatMayHaveHadAnEffect() throws Exception {
        RawOrigin breaking = origin(RawOrigin.answering((request, wire) -> wire.close()));
        start(Yaml.several("", breaking.port(), RawOrigin.deadPort()));
        assertRefused(502, "upstream_failed", get("/agents/1"));
        assertEquals(1, breaking.seen().size());
        assertEquals(
                List.of("intent unknown", "outcome error upstream_failed"),
                Trail.of(gateway).story("/agents/1"));
    }

    @Test
    void takesAnotherConnectionWhereTheKeptOneWasClosed() throws Exception {
        RawOrigin forgetful = origin(RawOrigin.answering((request, wire) -> {
            RawOrigin.respond(wire, "once");
            wire.close(); // without a word of it in the answer
        }));
        start(Yaml.oneRoute(forgetful.port(), ""));
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 10; i++) {
                assertEquals(
                        "once", wire.request("GET", "/agents/" + i).answer().text());
                int connections = i + 1;
                Eventually.holds(
                        "the gateway saw the end",
                        () -> gateway.figure("pavise_upstream_connections") == 0
                                && forgetful.connections() == connections);
            }
        }
        assertEquals(10, forgetful.seen().size());
    }

    @Test
    void refusesAnswersThatAreNotHttp() throws Exception {
        RawOrigin babbling = origin(RawOrigin.answering((request, wire) -> wire.send("BABBLE\r\n\r\n")));
        start(Yaml.oneRoute(babbling.port(), ""));
        assertRefused(502, "upstream_malformed", get("/agents/1"));
        assertEquals(
                List.of("intent unknown", "outcome error upstream_malformed"),
                Trail.of(gateway).story("/agents/1"));
    }
}
