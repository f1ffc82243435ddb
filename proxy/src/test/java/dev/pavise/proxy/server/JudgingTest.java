package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditSettings;
import dev.pavise.auditlog.AuditStore;
import dev.pavise.proxy.access.NewKey;
import dev.pavise.proxy.tls.TestCa;
import io.netty.handler.codec.http2.Http2Headers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What happens to a request, and around it, while a decision point outside has not answered yet. */
final class JudgingTest {
    private static final String YES = "{\"result\":true}";
    private static final String NO = "{\"result\":false}";
    private static final String UPGRADE = "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";

    @TempDir
    Path folder;

    /** Targets of questions, and what the decision point is to answer next. */
    private final BlockingQueue<String> asked = new LinkedBlockingQueue<>();

    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private RawOrigin policy;
    private RawOrigin origin;
    private RawOrigin other;
    private TestGateway gateway;

    private void start(String more) throws Exception {
        policy = RawOrigin.answering((question, wire) -> {
            asked.add(question.text());
            String answer = answers.poll(60, TimeUnit.SECONDS);
            RawOrigin.respond(wire, answer == null ? NO : answer);
        });
        origin = RawOrigin.answering((request, wire) -> {
            if (request.has("upgrade")) {
                wire.send("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                        + "Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n");
                wire.send(wire.bytes(5), 5);
                return;
            }
            RawOrigin.echo(request, wire);
        });
        other = RawOrigin.echoing();
        gateway = TestGateway.start(folder, yaml(origin, "agent:list", more));
    }

    private String yaml(RawOrigin upstream, String permission, String more) {
        return """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - {name: free, match: {path: "/free/**"}, permission: "agent:list", upstream: runtime}
                  - name: agents
                    match: {path: "/agents/**"}
                    permission: "%s"
                    upstream: runtime
                    opa: {url: "http://127.0.0.1:%d/v1/data/pavise/allow", timeout: 30s}
                """.formatted(upstream.port(), permission, policy.port()) + more;
    }

    @AfterEach
    void stop() {
        for (int i = 0; i < 10; i++) {
            answers.add(NO);
        }
        if (gateway != null) {
            gateway.close();
            policy.close();
            origin.close();
            other.close();
        }
    }

    private String question() throws InterruptedException {
        return Objects.requireNonNull(asked.poll(30, TimeUnit.SECONDS), "nothing was asked");
    }

    // ---- bodies

    @ParameterizedTest
    @CsvSource({"true, true", "true, false", "false, true", "false, false"})
    void holdsABodyBackUntilItIsDecided(boolean allowed, boolean chunked) throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            String framing = chunked ? "Transfer-Encoding: chunked\r\n" : "Content-Length: 10\r\n";
            wire.request("POST", "/agents/1", framing);
            wire.send(chunked ? "5\r\nfirst\r\n" : "first");
            question();
            wire.send(chunked ? "3\r\nand\r\n" : "and");
            assertEquals(List.of(), origin.seen());
            answers.add(allowed ? YES : NO);
            if (allowed) {
                wire.send(chunked ? "2\r\nso\r\n0\r\n\r\n" : "so");
                Wire.Message answer = wire.answer();
                assertEquals(200, answer.status());
                assertTrue(answer.text().endsWith("\r\n\r\nfirstandso"), answer.text());
                answers.add(YES);
                assertEquals(200, wire.request("GET", "/agents/2").answer().status(), "the connection goes on");
            } else {
                Wire.Message answer = wire.answer();
                assertEquals(403, answer.status());
                assertEquals("close", answer.field("connection"));
                assertEquals(List.of(), origin.seen());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void asksForABodyOnlyOnceItIsWanted(boolean allowed) throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/1", "Content-Length: 5\r\nExpect: 100-continue\r\n");
            question();
            answers.add(allowed ? YES : NO);
            if (allowed) {
                assertEquals("HTTP/1.1 100 Continue\r\n\r\n", wire.head());
                Wire.Message answer = wire.send("hello").answer();
                assertTrue(answer.text().endsWith("hello"), answer.text());
            } else {
                assertEquals(403, wire.answer().status(), "and no 100 before it");
                assertEquals(List.of(), origin.seen());
            }
        }
    }

    @Test
    void holdsNoMoreOfABodyThanIsOnItsWay() throws Exception {
        long size = 256L << 20;
        start("limits: {body: 1GiB}\n");
        AtomicLong sent = new AtomicLong();
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/1", "Content-Length: " + size + "\r\n");
            question();
            Thread sender = Thread.ofPlatform().start(() -> send(wire, size, sent));
            awaitStanding(sent);
            assertTrue(sent.get() > 0 && sent.get() < 64L << 20, "was taken while nothing was decided: " + sent);
            answers.add(NO);
            assertEquals(403, wire.answer().status());
            sender.join(TimeUnit.SECONDS.toMillis(30));
            assertFalse(sender.isAlive());
            assertTrue(sent.get() < size, "was taken in all: " + sent);
        }
        assertEquals(List.of(), origin.seen());
    }

    private static void send(Wire wire, long size, AtomicLong sent) {
        byte[] part = new byte[64 * 1024];
        try {
            while (sent.get() < size) {
                wire.send(part, part.length);
                sent.addAndGet(part.length);
            }
        } catch (IOException refused) {
            // the gateway closes
        }
    }

    /** Waits until a figure that grew does not any more. */
    private static void awaitStanding(AtomicLong figure) throws Exception {
        long[] last = {-1, 0};
        Eventually.holds("it stands still", () -> {
            long now = figure.get();
            last[1] = now == last[0] && now > 0 ? last[1] + 1 : 0;
            last[0] = now;
            return last[1] > 150;
        });
    }

    @Test
    void countsAHeldBodyAgainstItsLimit() throws Exception {
        start("limits: {body: 8B}\n");
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/1", "Transfer-Encoding: chunked\r\n").send("9\r\ntoo large\r\n0\r\n\r\n");
            question();
            answers.add(YES);
            assertEquals(413, wire.answer().status());
        }
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/2", "Content-Length: 9\r\n");
            question();
            answers.add(YES);
            assertEquals(413, wire.answer().status());
        }
        assertFalse(origin.seen().contains("POST /agents/2"));
    }

    @Test
    void refusesABodyThatGoesWrongMeanwhile() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/1", "Transfer-Encoding: chunked\r\n").send("5\r\nfirst\r\n");
            question();
            wire.send("zz\r\n");
            answers.add(YES);
            // What comes first decides: the flaw is seen at once, or, as reading pauses, when the body is wanted.
            assertEquals(400, wire.answer().status());
        }
        for (String line : Trail.of(gateway).story("/agents/1")) {
            assertFalse(line.contains("success"), line);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void holdsABodyOverHttp2(boolean allowed) throws Exception {
        start("");
        try (Http2Client client = Http2Client.to(gateway)) {
            Http2End stream =
                    client.open(Http2Client.head("POST", "/agents/1"), false).send("first", false);
            question();
            stream.send("rest", false);
            assertEquals(200, client.request("GET", "/free/1").message().status(), "other streams go on");
            assertEquals(List.of("GET /free/1"), origin.seen());
            answers.add(allowed ? YES : NO);
            if (allowed) {
                assertTrue(stream.send("end", true).message().body().endsWith("firstrestend"));
            } else {
                assertEquals(403, stream.message().status());
                assertEquals(List.of("GET /free/1"), origin.seen());
            }
            assertEquals(200, client.request("GET", "/free/2").message().status());
        }
    }

    // ---- WebSocket

    @Test
    void switchesProtocolsOnlyOnceItIsDecided() throws Exception {
        start("");
        try (Wire allowed = Wire.to(gateway);
                Wire denied = Wire.to(gateway)) {
            allowed.request("GET", "/agents/1", UPGRADE);
            question();
            assertEquals(List.of(), origin.seen());
            answers.add(YES);
            assertTrue(allowed.head().startsWith("HTTP/1.1 101 "));
            assertEquals("frame", new String(allowed.send("frame").bytes(5)));
            denied.request("GET", "/agents/2", UPGRADE).send("early frame that nobody asked for");
            question();
            answers.add(NO);
            assertEquals(403, denied.answer().status());
        }
        assertEquals(List.of("GET /agents/1"), origin.seen());
    }

    // ---- clients that leave

    @Test
    void forwardsNothingForAClientThatLeft() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            wire.request("POST", "/agents/1", "Content-Length: 1000\r\n").send("first");
            question();
            wire.reset();
        }
        Eventually.holds("the connection is gone", () -> gateway.figure("pavise_connections") <= 1);
        answers.add(YES);
        assertServes("/agents/next");
        assertEquals(List.of("GET /agents/next"), origin.seen());
        assertEquals(List.of(), Trail.of(gateway).story("/agents/1"));
    }

    @Test
    void forwardsNothingForAStreamThatWasReset() throws Exception {
        start("");
        try (Http2Client client = Http2Client.to(gateway)) {
            Http2End stream =
                    client.open(Http2Client.head("POST", "/agents/1"), false).send("first", false);
            question();
            stream.reset();
            assertEquals(200, client.request("GET", "/free/1").message().status()); // so the reset was taken
            answers.add(YES);
            Http2End next = client.request("GET", "/agents/2");
            question();
            answers.add(YES);
            assertEquals(200, next.message().status());
        }
        assertEquals(List.of("GET /free/1", "GET /agents/2"), origin.seen());
    }

    private void assertServes(String path) throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", path);
            question();
            answers.add(YES);
            assertEquals(200, wire.answer().status());
        }
    }

    // ---- order

    @Test
    void keepsPipelinedRequestsInOrder() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", "/agents/1")
                    .request("GET", "/free/2")
                    .request("GET", "/agents/3")
                    .request("GET", "/free/4");
            question();
            assertEquals(List.of(), origin.seen());
            answers.add(YES);
            assertTrue(wire.answer().text().startsWith("GET /agents/1 "));
            assertTrue(wire.answer().text().startsWith("GET /free/2 "));
            question();
            answers.add(NO);
            assertEquals(403, wire.answer().status());
            assertTrue(wire.answer().text().startsWith("GET /free/4 "));
        }
        assertEquals(List.of("GET /agents/1", "GET /free/2", "GET /free/4"), origin.seen());
    }

    // ---- time and ends

    @Test
    void waitsNoLongerThanARequestMayTake() throws Exception {
        start("limits: {request_timeout: 300ms}\n");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(503, wire.request("GET", "/agents/1").answer().status());
            assertEquals(
                    "no answer",
                    Trail.metadata(Trail.of(gateway).of("/agents/1").getFirst(), "detail"));
            answers.add(YES);
            assertEquals(200, wire.request("GET", "/free/1").answer().status(), "the late answer is nobody's");
        }
        assertEquals(List.of("GET /free/1"), origin.seen());
    }

    @Test
    void finishesWhatIsJudgedWhileItDrains() throws Exception {
        start("");
        Thread stopping;
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            wire.request("GET", "/agents/1");
            question();
            Http2End stream = client.request("GET", "/agents/2");
            question();
            stopping = Thread.ofPlatform().start(gateway::close);
            assertTrue(client.sawGoAway());
            answers.add(YES);
            answers.add(YES);
            assertEquals(200, wire.answer().status());
            assertEquals(200, stream.message().status());
        }
        stopping.join(TimeUnit.SECONDS.toMillis(30));
        assertFalse(stopping.isAlive());
    }

    @Test
    void refusesWhatIsNotJudgedInTimeToDrain() throws Exception {
        start("limits: {drain_timeout: 200ms}\n");
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            wire.request("GET", "/agents/1");
            question();
            Http2End stream = client.request("GET", "/agents/2");
            question();
            gateway.close();
            assertEquals(503, wire.answer().status());
            assertEquals(503, stream.message().status());
        }
        answers.add(YES);
        answers.add(YES);
        Path data = folder.resolve("data");
        AuditSettings settings = AuditSettings.of(
                data.resolve("audit"), data.resolve("keys").resolve("audit.key"), data.resolve("audit.anchor"));
        try (AuditStore store = AuditStore.open(settings)) {
            assertEquals(List.of("outcome denied draining"), new Trail(store).story("/agents/1"));
            assertEquals(List.of("outcome denied draining"), new Trail(store).story("/agents/2"));
        }
        assertEquals(List.of(), origin.seen());
    }

    @Test
    void allowsNothingThatCannotBeWrittenDownByThen() throws Exception {
        long free = Files.getFileStore(folder).getUsableSpace() >> 20;
        Assumptions.assumeTrue(free > 8192, "there is room to fill and to leave");
        start("audit: {low_water: " + (free - 2048) + "MiB}\n");
        try (Wire wire = Wire.to(gateway);
                Wire probe = Wire.to(gateway)) {
            wire.request("GET", "/agents/1");
            question();
            String filler = folder.resolve("filler").toString();
            assertEquals(
                    0,
                    new ProcessBuilder("fallocate", "-l", "3072MiB", filler)
                            .start()
                            .waitFor());
            Eventually.holds(
                    "it is noticed",
                    () -> probe.anonymous("GET", "/health/ready").answer().status() == 503);
            answers.add(YES);
            Wire.Message refused = wire.answer();
            assertEquals(503, refused.status());
            assertTrue(refused.text().contains("audit_unavailable"), refused.text());
        }
        assertEquals(List.of(), origin.seen());
    }

    // ---- what changes meanwhile

    @Test
    void judgesByTheConfigurationThatCameMeanwhile() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            wire.request("GET", "/agents/1");
            question();
            assertEquals(List.of(), gateway.reload(yaml(other, "agent:list", "")));
            answers.add(YES);
            question(); // the old answer was to a question of the old configuration
            answers.add(YES);
            assertEquals(200, wire.answer().status());
            assertEquals(List.of("GET /agents/1"), other.seen());

            wire.request("GET", "/agents/2");
            question();
            assertEquals(List.of(), gateway.reload("upstreams: {}\nroutes: []\n"));
            answers.add(YES);
            assertEquals(404, wire.answer().status());
        }
        assertEquals(List.of(), origin.seen());
    }

    @Test
    void refusesATokenThatExpiredMeanwhile() throws Exception {
        start(Jwt.ISSUER);
        Instant expiry = Instant.now().plusSeconds(2);
        try (Wire wire = Wire.to(gateway)) {
            wire.as(Jwt.of("alice", expiry), "GET", "/agents/1");
            question();
            Eventually.holds("it has expired", () -> Instant.now().isAfter(expiry.plusMillis(1)));
            answers.add(YES);
            assertEquals(401, wire.answer().status());
        }
        assertEquals(List.of(), origin.seen());
        assertEquals("expired", Trail.metadata(Trail.of(gateway).of("/agents/1").getFirst(), "reason"));
    }

    @Test
    void refusesWhomABindingWasTakenFromMeanwhile() throws Exception {
        start(Jwt.ISSUER.replace("bindings:", "bindings: []\n#"));
        Given given = new Given(gateway);
        given.role("jwt:corp:bob", "reader");
        String token = Jwt.of("bob", Duration.ofMinutes(5));
        try (Wire wire = Wire.to(gateway)) {
            wire.as(token, "GET", "/agents/1");
            question();
            given.role("jwt:corp:eve", "reader"); // nothing that concerns it
            answers.add(YES);
            assertEquals(200, wire.answer().status());
            assertTrue(asked.isEmpty(), "the answer holds");

            wire.as(token, "GET", "/agents/2");
            question();
            given.noRole("jwt:corp:bob", "reader");
            answers.add(YES);
            assertEquals(403, wire.answer().status());
        }
        assertEquals(List.of("GET /agents/1"), origin.seen());
        assertEquals(
                "permission_missing",
                Trail.metadata(Trail.of(gateway).of("/agents/2").getFirst(), "reason"));
    }

    @Test
    void refusesAKeyThatWasRevokedMeanwhile() throws Exception {
        start("");
        Given given = new Given(gateway);
        NewKey key = given.key("ci", "agent:list");
        try (Wire wire = Wire.to(gateway)) {
            wire.anonymous("GET", "/agents/1", "X-Api-Key: " + key.text().reveal() + "\r\n");
            assertTrue(question().contains("\"id\":\"key:ci\""));
            given.revoke(key);
            answers.add(YES);
            assertEquals(401, wire.answer().status());
        }
        assertEquals(List.of(), origin.seen());
        assertEquals("revoked", Trail.metadata(Trail.of(gateway).of("/agents/1").getFirst(), "reason"));
    }

    @Test
    void refusesACertificateThatWasRevokedMeanwhile() throws Exception {
        TestCa ca = TestCa.create("clients");
        TestCa.Issued own = ca.client("ci").issue();
        ca.writeCert(folder, "clients.crt");
        TestCa.write(folder.resolve("clients.crl"), ca.revocationList());
        String more = """
                tls: {client_ca: clients.crt, client_crl: clients.crl}
                roles: [{name: reader, permissions: ["agent:list"]}]
                bindings: [{principal: "cert:ci", roles: [reader]}]
                """;
        start(more);
        try (Wire wire =
                Wire.to(Trust.in(Objects.requireNonNull(gateway.server().ca()), own), gateway.port())) {
            wire.anonymous("GET", "/agents/1");
            question();
            TestCa.write(folder.resolve("clients.crl"), ca.revocationList(own.certificate()));
            assertEquals(List.of(), gateway.reload(yaml(origin, "agent:list", more)));
            answers.add(YES);
            assertEquals(401, wire.answer().status());
        }
        assertEquals(List.of(), origin.seen());
    }

    // ---- many at once

    @Test
    void decidesEachOfManyStreamsByItsOwnAnswer() throws Exception {
        start("");
        try (Http2Client client = Http2Client.to(gateway)) {
            Http2End[] streams = new Http2End[50];
            for (int i = 0; i < streams.length; i++) {
                Http2Headers head = Http2Client.head("POST", "/agents/" + i);
                streams[i] = client.open(head, false).send("body " + i, true);
            }
            for (int i = 0; i < streams.length; i++) {
                question();
            }
            for (int i = 0; i < streams.length; i++) {
                answers.add(i % 2 == 0 ? YES : NO);
            }
            int allowed = 0;
            for (int i = 0; i < streams.length; i++) {
                Http2End.Message answer = streams[i].message();
                boolean served = answer.status() == 200;
                assertTrue(served || answer.status() == 403, answer.body());
                assertTrue(!served || answer.body().endsWith("body " + i), answer.body());
                assertEquals(served, origin.seen().contains("POST /agents/" + i));
                allowed += served ? 1 : 0;
            }
            assertEquals(25, allowed);
        }
    }
}
