package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.issuer.IssuedKey;
import dev.pavise.proxy.issuer.OidcIssuer;
import dev.pavise.proxy.tls.TestCa;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Tokens of an issuer that publishes its keys, from the issuer to the origin. */
final class RemoteIssuerTest {
    private static final String RIGHTS = "\"permissions\":[\"agent:list\"]";
    private static final IssuedKey ONE = IssuedKey.es256("one");
    private static final IssuedKey TWO = IssuedKey.rs256("two");
    private static final IssuedKey THREE = IssuedKey.edDsa("three");

    @TempDir
    Path folder;

    private final CountDownLatch never = new CountDownLatch(1);
    private OidcIssuer issuer;
    private RawOrigin origin;
    private @Nullable TestGateway gateway;

    @BeforeEach
    void prepare() throws Exception {
        TestCa ca = TestCa.create("issuers");
        ca.writeCert(folder, "issuers.pem");
        issuer = OidcIssuer.start(ca);
        issuer.publish(ONE);
        origin = RawOrigin.answering((request, wire) -> {
            if (request.target().startsWith("/agents/stream")) {
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n");
                never.await(60, TimeUnit.SECONDS);
            } else {
                RawOrigin.echo(request, wire);
            }
        });
    }

    @AfterEach
    void stop() {
        never.countDown();
        if (gateway != null) {
            gateway.close();
        }
        origin.close();
        issuer.close();
    }

    private String yaml(String more) {
        return Yaml.oneRoute(origin.port(), """
                identity:
                  issuers:
                    - name: corp
                      issuer: "%s"
                      audience: [pavise, other]
                      algorithms: [ES256, RS256, EdDSA]
                      ca: issuers.pem
                """.formatted(issuer.url())) + more.indent(6);
    }

    private String byUrl() {
        return yaml("jwks_url: \"" + issuer.url() + "/jwks\"");
    }

    private TestGateway start(String yaml) throws Exception {
        TestGateway started = TestGateway.start(folder, yaml);
        gateway = started;
        return started;
    }

    private void stopGateway() {
        if (gateway != null) {
            gateway.close();
            gateway = null;
        }
    }

    private String token(IssuedKey key) {
        return issuer.token(key, "alice", RIGHTS);
    }

    private static int ask(TestGateway of, String token) throws Exception {
        return ask(of, token, "/agents/1");
    }

    private static int ask(TestGateway of, String token, String path) throws Exception {
        try (Wire wire = Wire.to(of)) {
            return wire.as(token, "GET", path).answer().status();
        }
    }

    private static List<String> texts(JsonNode list) {
        return StreamSupport.stream(list.spliterator(), false)
                .map(each -> each.asString(""))
                .toList();
    }

    @Test
    void takesTokensOfAnIssuerByAddressAndByDiscovery() throws Exception {
        issuer.publish(ONE, TWO, THREE);
        for (String yaml : List.of(byUrl(), yaml("discovery: true"))) {
            TestGateway running = start(yaml);
            for (IssuedKey key : List.of(ONE, TWO, THREE)) {
                assertEquals(200, ask(running, token(key)), key.algorithm()::text);
            }
            assertEquals(401, ask(running, token(IssuedKey.es256("one"))));
            stopGateway();
        }
        assertTrue(issuer.seen().contains(OidcIssuer.METADATA));
    }

    @Test
    void startsWhileTheIssuerIsAwayAndTakesItsTokensOnceItIsBack() throws Exception {
        issuer.goAway();
        TestGateway running = start(byUrl());
        assertEquals(401, ask(running, token(ONE)));
        assertEquals("issuer_keys_missing", reason(running));
        try (Wire wire = Wire.to(running)) {
            assertEquals(200, wire.request("GET", "/agents/1").answer().status(), "others are let in");
        }
        issuer.comeBack();
        Eventually.holds("the token is taken", () -> ask(running, token(ONE)) == 200);
    }

    private String reason(TestGateway running) throws Exception {
        return Trail.metadata(
                Trail.of(running)
                        .await("/agents/1", each -> Trail.text(each, "outcome").equals("denied")),
                "reason");
    }

    @Test
    void survivesARestartDuringAnOutage() throws Exception {
        TestGateway first = start(byUrl());
        assertEquals(200, ask(first, token(ONE)));
        Eventually.holds("kept", () -> Files.exists(folder.resolve("data/issuers/corp.jwks")));
        stopGateway();
        issuer.goAway();
        assertEquals(200, ask(start(byUrl()), token(ONE)));
    }

    @Test
    void refusesKeysThatAreTooOld() throws Exception {
        TestGateway running = start(yaml("jwks_url: \"" + issuer.url() + "/jwks\"\nrefresh: 1s\nkeep: 1s"));
        Eventually.holds("the token is taken", () -> ask(running, token(ONE)) == 200);
        try (Wire stream = Wire.to(running)) {
            stream.as(token(ONE), "GET", "/agents/stream").head();
            issuer.goAway();
            Eventually.holds("the token is refused", () -> ask(running, token(ONE)) == 401);
            stream.skip(Long.MAX_VALUE);
        }
        assertEquals("issuer_keys_stale", reason(running));
        assertEquals("no_longer_allowed", Trail.metadata(Trail.of(running).end("/agents/stream"), "ended"));
        Trail.of(running).await("corp", each -> Trail.text(each, "event_type").equals("issuer_keys_stale"));
    }

    /** A token of a key that was published a moment ago waits for the fetch, and is then let through. */
    @Test
    void waitsForTheKeyOfATokenThatIsNewerThanTheKeysAtHand() throws Exception {
        TestGateway running = start(byUrl());
        assertEquals(200, ask(running, token(ONE)));
        long before = issuer.fetches();
        issuer.publish(ONE, TWO);
        List<Thread> askers = new ArrayList<>();
        List<Integer> statuses = java.util.Collections.synchronizedList(new ArrayList<>());
        for (int i = 0; i < 8; i++) {
            askers.add(Thread.ofVirtual().start(() -> {
                try {
                    statuses.add(ask(running, token(TWO)));
                } catch (Exception failure) {
                    statuses.add(-1);
                }
            }));
        }
        for (Thread asker : askers) {
            asker.join();
        }
        assertEquals(List.of(200, 200, 200, 200, 200, 200, 200, 200), statuses);
        assertEquals(before + 1, issuer.fetches(), "one fetch for all of them");
    }

    @Test
    void keepsTheBodyOfARequestThatWaits() throws Exception {
        TestGateway running = start(byUrl());
        assertEquals(200, ask(running, token(ONE)));
        issuer.publish(ONE, TWO);
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        issuer.behave((target, out, self) -> {
            asked.countDown();
            go.await(20, TimeUnit.SECONDS);
            self.answerHonestly(target, out);
        });
        try (Wire wire = Wire.to(running)) {
            wire.as(token(TWO), "POST", "/agents/1", "Content-Length: 10\r\n").send("hello");
            assertTrue(asked.await(20, TimeUnit.SECONDS));
            wire.send("world");
            go.countDown();
            Wire.Message answer = wire.answer();
            assertEquals(200, answer.status());
            assertTrue(answer.text().endsWith("\r\n\r\nhelloworld"), answer.text());
        }
    }

    @Test
    void fetchesOnceForAFloodOfUnknownKeys() throws Exception {
        TestGateway running = start(byUrl() + "limits: {refused_credentials_per_address: \"20/minute\"}\n");
        String alice = token(ONE);
        assertEquals(200, ask(running, alice));
        long before = issuer.fetches();
        int throttled = 0;
        try (Wire wire = Wire.to(running)) {
            for (int i = 0; i < 60; i++) {
                String token = IssuedKey.es256("random" + i).token(issuer.claims("mallory", RIGHTS));
                throttled += wire.as(token, "GET", "/agents/2").answer().status() == 429 ? 1 : 0;
            }
        }
        assertEquals(before + 1, issuer.fetches());
        assertTrue(throttled >= 35, "throttled " + throttled);
        assertFalse(origin.seen().contains("GET /agents/2"));
        assertEquals(200, ask(running, alice), "who was verified before still gets in");
    }

    /** Promise of the withdrawal: the next request is refused, and streams end. */
    @Test
    void forgetsWhatAWithdrawnKeyHasProven() throws Exception {
        issuer.publish(ONE, TWO);
        TestGateway running = start(yaml("jwks_url: \"" + issuer.url() + "/jwks\"\nrefresh: 1s"));
        String alice = token(ONE);
        try (Wire stream = Wire.to(running);
                Wire other = Wire.to(running);
                Wire wire = Wire.to(running)) {
            stream.as(alice, "GET", "/agents/stream1").head();
            assertEquals("first", new String(stream.chunk()));
            other.as(token(TWO), "GET", "/agents/stream2").head();
            assertEquals("first", new String(other.chunk()));
            assertEquals(200, wire.as(alice, "GET", "/agents/1").answer().status());
            issuer.publish(TWO);
            JsonNode event = Trail.of(running)
                    .await("corp", each -> each.path("metadata").path("removed").size() > 0);
            assertEquals("issuer_keys_changed", Trail.text(event, "event_type"));
            assertEquals(List.of("one"), texts(event.path("metadata").path("removed")));
            assertEquals(401, wire.as(alice, "GET", "/agents/1").answer().status());
            stream.skip(Long.MAX_VALUE);
            assertEquals("no_longer_allowed", Trail.metadata(Trail.of(running).end("/agents/stream1"), "ended"));
            try (Wire next = Wire.to(running)) {
                assertEquals(
                        200, next.as(token(TWO), "GET", "/agents/1").answer().status());
            }
            assertEquals(
                    1,
                    Trail.of(running).story("/agents/stream2").stream()
                            .filter(each -> each.startsWith("outcome"))
                            .count());
            assertFalse(Trail.of(running).story("/agents/stream2").toString().contains("end "));
        }
    }

    @Test
    void keepsFetchedKeysOverAReload() throws Exception {
        TestGateway running = start(byUrl());
        assertEquals(200, ask(running, token(ONE)));
        long before = issuer.fetches();
        assertEquals(List.of(), running.reload(byUrl() + "limits: {connections: 100}\n"));
        assertEquals(200, ask(running, token(ONE)));
        assertEquals(before, issuer.fetches());
        issuer.goAway();
        assertFalse(running.reload(byUrl() + "nonsense: 1\n").isEmpty());
        assertEquals(200, ask(running, token(ONE)));
        assertEquals(List.of(), running.reload(yaml("jwks_url: \"" + issuer.url() + "/jwks\"\nkeep: 2h")));
        assertEquals(200, ask(running, token(ONE)), "what was kept on disk serves the changed one");
    }

    @Test
    void takesRightsFromGroupsAndNestedRoles() throws Exception {
        TestGateway running = start(yaml("""
                jwks_url: "%s/jwks"
                claims: {roles: realm_access.roles, groups: org.groups, permissions: rights}
                """.formatted(issuer.url())) + """
                roles: [{name: reader, permissions: ["agent:list"]}]
                bindings: [{group: "jwt:corp:staff", roles: [reader]}]
                """);
        assertEquals(403, ask(running, issuer.token(ONE, "a", RIGHTS)));
        assertEquals(200, ask(running, issuer.token(ONE, "a", "\"rights\":[\"agent:list\"]")));
        assertEquals(200, ask(running, issuer.token(ONE, "a", "\"scope\":\"openid agent:list\"")));
        assertEquals(200, ask(running, issuer.token(ONE, "a", "\"realm_access\":{\"roles\":[\"x\",\"reader\"]}")));
        assertEquals(403, ask(running, issuer.token(ONE, "a", "\"realm_access\":{\"roles\":[\"x\"]}")));
        assertEquals(200, ask(running, issuer.token(ONE, "a", "\"org\":{\"groups\":[\"staff\"]}")));
        assertEquals(403, ask(running, issuer.token(ONE, "a", "\"groups\":[\"staff\"]")));
        assertEquals(401, ask(running, issuer.token(ONE, "a", "\"org\":{\"groups\":[1]}")));
    }

    @Test
    void takesAnyAudienceThatIsListed() throws Exception {
        TestGateway running = start(byUrl());
        String claims = issuer.claims("alice", RIGHTS);
        assertEquals(200, ask(running, ONE.token(claims.replace("\"pavise\"", "\"other\""))));
        assertEquals(200, ask(running, ONE.token(claims.replace("\"pavise\"", "[\"x\",\"other\"]"))));
        assertEquals(401, ask(running, ONE.token(claims.replace("\"pavise\"", "\"third\""))));
    }

    @Test
    void recordsWhoActsForWhom() throws Exception {
        TestGateway running = start(byUrl());
        String acting = "\"act\":{\"sub\":\"agent-7\",\"act\":{\"sub\":\"planner\",\"iss\":\"https://id.example\"}}";
        assertEquals(200, ask(running, issuer.token(ONE, "alice", RIGHTS + "," + acting), "/agents/allowed"));
        assertEquals(403, ask(running, issuer.token(ONE, "alice", acting), "/agents/refused"));
        assertEquals(401, ask(running, issuer.token(ONE, "alice", RIGHTS + ",\"act\":\"agent-7\""), "/agents/bad"));
        assertEquals(200, ask(running, issuer.token(ONE, "alice", RIGHTS), "/agents/herself"));
        for (String path : List.of("/agents/allowed", "/agents/refused")) {
            List<JsonNode> records = Trail.of(running).of(path);
            assertEquals(path.endsWith("allowed") ? 2 : 1, records.size());
            for (JsonNode record : records) {
                assertEquals("jwt:corp:alice", Trail.text(record, "actor"));
                assertEquals(
                        List.of("agent-7", "planner@https://id.example"),
                        texts(record.path("metadata").path("act")));
            }
        }
        assertEquals(
                "bad_claim", Trail.metadata(Trail.of(running).of("/agents/bad").getFirst(), "reason"));
        assertFalse(Trail.of(running)
                .of("/agents/herself")
                .getFirst()
                .path("metadata")
                .has("act"));
    }

    @Test
    void countsFetchesAndShowsTheAgeOfKeys() throws Exception {
        TestGateway running = start(byUrl());
        assertEquals(200, ask(running, token(ONE)));
        assertEquals(1, running.figure("pavise_issuer_fetches_total"));
        assertTrue(running.figure("pavise_issuer_keys_age_seconds") >= 0);
    }
}
