package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.access.NewKey;
import dev.pavise.proxy.tls.TestCa;
import io.netty.handler.codec.http2.DefaultHttp2Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/**
 * Streams of a caller whose credential ends: server-sent events over HTTP/1.1 and HTTP/2, and WebSocket. Each ends with its reason in the record,
 * only then, and nobody else's does; the sweep that ends them runs ten times a second.
 */
final class EndedSessionTest {
    private static final String ROLES = """
            roles: [{name: reader, permissions: ["agent:list"]}]
            """;

    private static final List<String> latencies = new CopyOnWriteArrayList<>();

    @TempDir
    Path folder;

    private final CountDownLatch never = new CountDownLatch(1);
    private RawOrigin origin;
    private TestGateway gateway;

    private void start(String more) throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            if (request.has("upgrade")) {
                wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                while (!never.await(20, TimeUnit.MILLISECONDS)) {
                    wire.send("\u0081\u0004tick");
                }
                return;
            }
            wire.send("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (!never.await(20, TimeUnit.MILLISECONDS)) { // busy, so that no silence can end it
                wire.send("4\r\ntick\r\n");
            }
        });
        gateway = TestGateway.start(folder, yaml(more));
    }

    private String yaml(String more) {
        return Yaml.oneRoute(origin.port(), more);
    }

    @AfterAll
    static void write() throws IOException {
        Files.writeString(
                Path.of("target", "session-ends.md"),
                "| whose | stream | ended after |\n|---|---|---|\n" + String.join("\n", latencies) + "\n");
    }

    @AfterEach
    void stop() {
        never.countDown();
        gateway.close();
        origin.close();
    }

    /** How a caller shows who it is. */
    private record Caller(SSLContext context, String field, String value) {
        String line() {
            return field.isEmpty() ? "" : field + ": " + value + "\r\n";
        }
    }

    private Caller caller(String field, String value) {
        return new Caller(gateway.trust(), field, value);
    }

    /** One stream of each kind. */
    private final class Streams implements AutoCloseable {
        private final String name;
        private final Wire events;
        private final Wire socket;
        private final Http2Client client;
        private final Http2End stream;

        Streams(Caller caller, String name) throws Exception {
            this.name = name;
            events = Wire.to(caller.context(), gateway.port());
            assertEquals(
                    200,
                    events.anonymous("GET", path("sse"), caller.line())
                            .headAnswer()
                            .status());
            assertEquals("tick", new String(events.chunk()));
            socket = Wire.to(caller.context(), gateway.port());
            String upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
                    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
            assertEquals(
                    101,
                    socket.anonymous("GET", path("ws"), upgrade, caller.line())
                            .headAnswer()
                            .status());
            assertEquals(6, socket.bytes(6).length);
            client = new Http2Client(caller.context(), gateway.port());
            DefaultHttp2Headers head = new DefaultHttp2Headers(false);
            head.method("GET").scheme("https").authority("localhost").path(path("h2"));
            if (!caller.field().isEmpty()) {
                head.add(caller.field(), caller.value());
            }
            stream = client.open(head, true);
            assertEquals("200", stream.head().headers().status().toString());
            assertEquals("tick", stream.data(4));
        }

        private String path(String kind) {
            return "/agents/" + name + "/" + kind;
        }

        void goOn() throws Exception {
            assertEquals("tick", new String(events.chunk()));
            assertEquals(6, socket.bytes(6).length);
            assertEquals("tick", stream.data(4).substring(0, 4));
        }

        /** @param since when the credential ended: how long after it each stream did is written down, and not judged */
        void endWith(String reason, Instant since) throws Exception {
            events.skip(Long.MAX_VALUE);
            socket.skip(Long.MAX_VALUE);
            assertEquals("INTERNAL_ERROR", stream.howItEnded());
            for (String kind : List.of("sse", "ws", "h2")) {
                JsonNode end = Trail.of(gateway).end(path(kind));
                assertEquals(reason, Trail.metadata(end, "ended"));
                Instant ended = Instant.parse(Trail.text(end, "timestamp"));
                latencies.add("| " + name + " | " + kind + " | "
                        + Duration.between(since, ended).toMillis() + " ms |");
                assertEquals(
                        List.of("intent unknown", "outcome success", "end failure " + reason),
                        Trail.of(gateway).story(path(kind)));
            }
        }

        @Override
        public void close() throws IOException {
            events.close();
            socket.close();
            client.close();
        }
    }

    private Streams ofOperator() throws Exception {
        return new Streams(caller("authorization", "Bearer " + TestGateway.TOKEN), "operator");
    }

    private int status(Caller caller) throws Exception {
        try (Wire wire = Wire.to(caller.context(), gateway.port())) {
            return wire.anonymous("GET", "/agents/next", caller.line())
                    .headAnswer()
                    .status();
        }
    }

    @Test
    void endWithTheirToken() throws Exception {
        start(Jwt.ISSUER);
        Instant expiry = Instant.now().plusSeconds(3);
        Caller alice = caller("authorization", "Bearer " + Jwt.of("alice", expiry));
        try (Streams streams = new Streams(alice, "token-expired");
                Streams others = ofOperator()) {
            streams.endWith("credential_expired", Instant.ofEpochSecond(expiry.getEpochSecond()));
            Instant seen = Instant.parse(Trail.text(Trail.of(gateway).end("/agents/token-expired/ws"), "timestamp"));
            assertTrue(!seen.isBefore(Instant.ofEpochSecond(expiry.getEpochSecond())), "not before its time: " + seen);
            assertEquals(401, status(alice));
            others.goOn();
        }
    }

    @Test
    void endWithTheirKey() throws Exception {
        start("");
        Given given = new Given(gateway);
        NewKey key = given.key("ci", "agent:list");
        NewKey other = given.key("other", "agent:list");
        Caller ci = caller("x-api-key", key.text().reveal());
        try (Streams streams = new Streams(ci, "key-revoked");
                Streams others = new Streams(caller("x-api-key", other.text().reveal()), "other")) {
            given.key("third", "agent:list"); // nothing that concerns them
            streams.goOn();
            Instant since = Instant.now();
            given.revoke(key);
            assertEquals(401, status(ci), "the very next request");
            streams.endWith("no_longer_allowed", since);
            others.goOn();
        }
    }

    @Test
    void endWithTheirRole() throws Exception {
        start(Jwt.ISSUER.replace("bindings:", "bindings: []\n#"));
        Given given = new Given(gateway);
        given.role("jwt:corp:bob", "reader");
        Caller bob =
                caller("authorization", "Bearer " + Jwt.of("bob", Instant.now().plusSeconds(300)));
        try (Streams streams = new Streams(bob, "role-taken");
                Streams others = ofOperator()) {
            Instant since = Instant.now();
            given.noRole("jwt:corp:bob", "reader");
            assertEquals(403, status(bob), "the very next request");
            streams.endWith("no_longer_allowed", since);
            others.goOn();
        }
    }

    @Test
    void endWithTheirConfiguredRole() throws Exception {
        start(Jwt.ISSUER);
        Caller alice = caller(
                "authorization", "Bearer " + Jwt.of("alice", Instant.now().plusSeconds(300)));
        try (Streams streams = new Streams(alice, "configured-role-taken");
                Streams others = ofOperator()) {
            Instant since = Instant.now();
            assertEquals(List.of(), gateway.reload(yaml(Jwt.ISSUER.replace("bindings:", "bindings: []\n#"))));
            assertEquals(403, status(alice), "the very next request");
            streams.endWith("no_longer_allowed", since);
            others.goOn();
        }
    }

    @Test
    void endWithTheirCertificate() throws Exception {
        TestCa ca = TestCa.create("clients");
        TestCa.Issued own = ca.client("ci").issue();
        ca.writeCert(folder, "clients.crt");
        TestCa.write(folder.resolve("clients.crl"), ca.revocationList());
        String more = "tls: {client_ca: clients.crt, client_crl: clients.crl}\n" + ROLES
                + "bindings: [{principal: \"cert:ci\", roles: [reader]}]\n";
        start(more);
        Path authority = Objects.requireNonNull(gateway.server().ca());
        Caller ci = new Caller(Trust.in(authority, own), "", "");
        Caller other = new Caller(Trust.in(authority, ca.client("ci").issue()), "", "");
        try (Streams streams = new Streams(ci, "certificate-revoked");
                Streams others = new Streams(other, "other")) {
            Instant since = Instant.now();
            TestCa.write(folder.resolve("clients.crl"), ca.revocationList(own.certificate()));
            assertEquals(List.of(), gateway.reload(yaml(more)));
            streams.endWith("no_longer_allowed", since);
            others.goOn();
        }
    }
}
