package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Subject;
import dev.pavise.policy.grant.GrantRefusal;
import dev.pavise.policy.key.KeyFormat;
import dev.pavise.proxy.access.AccessRecovery;
import dev.pavise.proxy.access.AccessResult;
import dev.pavise.proxy.access.KeyRequest;
import dev.pavise.proxy.access.NewKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** API keys and bindings of a running gateway: what a key opens, what it does not, and how soon a change is in force. */
final class ApiKeyTest {
    private static final Principal OPERATOR =
            Policy.compile(List.of(), List.of(), List.of(), Map.of()).principal(new Subject.Operator());
    private static final String ROLES = "roles: [{name: reader, permissions: [\"agent:list\"]}]\n";

    @TempDir
    Path folder;

    private final CountDownLatch never = new CountDownLatch(1);
    private RawOrigin origin;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            if (!request.target().startsWith("/agents/stream")) {
                RawOrigin.respond(wire, request.head());
                return;
            }
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            while (!never.await(20, TimeUnit.MILLISECONDS)) { // busy, so that no silence can end it
                wire.send("4\r\ntick\r\n");
            }
        });
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), ROLES));
    }

    @AfterEach
    void stop() {
        never.countDown();
        gateway.close();
        origin.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"X-Api-Key", "X-Caxton-Api-Key", "x-api-key"})
    void opensWhatItHoldsUnderBothNames(String field) throws Exception {
        NewKey key = make("ci", null, "agent:list");
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message answer = wire.anonymous(
                            "GET", "/agents/1", field + ": " + key.text().reveal() + "\r\n")
                    .answer();
            assertEquals(200, answer.status());
            assertFalse(answer.text().contains(key.text().reveal()), "the key stays here");
            assertTrue(answer.text().toLowerCase().contains("x-pavise-principal: key:ci"), answer.text());
        }
        var intent = Trail.of(gateway).of("/agents/1").getFirst();
        assertEquals("key:ci", Trail.text(intent, "actor"));
        assertEquals(key.text().id(), Trail.metadata(intent, "key_id"));
    }

    @Test
    void opensNothingElse() throws Exception {
        NewKey key = make("ci", null, "agent:logs");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(403, get(wire, key, "/agents/1").status());
            assertEquals(404, get(wire, key, "/other").status());
            assertEquals(403, get(wire, key, "/v1/audit/events").status());
        }
        assertTrue(origin.seen().isEmpty());
    }

    @Test
    void refusesItBesideAnyOtherCredentialAndAsABearerToken() throws Exception {
        String key = make("ci", null, "agent:list").text().reveal();
        try (Wire wire = Wire.to(gateway)) {
            for (String more : List.of(
                    "X-Api-Key: " + key + "\r\nX-Caxton-Api-Key: " + key + "\r\n",
                    "X-Api-Key: " + key + "\r\nX-Api-Key: " + key + "\r\n",
                    "X-Api-Key: " + key + "\r\nAuthorization: Bearer " + TestGateway.TOKEN + "\r\n")) {
                assertEquals(
                        400, wire.anonymous("GET", "/agents/1", more).answer().status());
            }
            assertEquals(401, wire.as(key, "GET", "/agents/1").answer().status());
            assertEquals(
                    401,
                    wire.anonymous("GET", "/agents/1", "X-Api-Key: Bearer " + key + "\r\n")
                            .answer()
                            .status());
        }
        assertTrue(origin.seen().isEmpty());
    }

    @Test
    void wrongKeysLookAlikeAndDifferInTheTrail() throws Exception {
        Map<String, String> presented = new LinkedHashMap<>();
        NewKey revoked = make("revoked", null, "agent:list");
        done(gateway.server().access().revokeKey(OPERATOR, revoked.record().id()));
        NewKey expired = done(gateway.server()
                .access()
                .createKey(OPERATOR, new KeyRequest("expired", List.of("agent:list"), null, Duration.ofNanos(1))));
        presented.put("revoked", revoked.text().reveal());
        presented.put("expired", expired.text().reveal());
        presented.put(
                "unknown_api_key",
                KeyFormat.DEFAULT.generate(new SecureRandom()).reveal());
        presented.put("malformed", "pav_live_0");
        String first = null;
        try (Wire wire = Wire.to(gateway)) {
            for (Map.Entry<String, String> each : presented.entrySet()) {
                String path = "/agents/" + each.getKey();
                Wire.Message answer = wire.anonymous("GET", path, "X-Api-Key: " + each.getValue() + "\r\n")
                        .answer();
                String look = (answer.head() + answer.text())
                        .replaceAll("(?i)[0-9a-f]{8}-[0-9a-f-]{27}", "id")
                        .replaceAll("(?i)(date: )[^\r]*", "$1")
                        .replace(path, "path");
                assertEquals(401, answer.status());
                assertEquals(first == null ? look : first, look);
                first = look;
                assertEquals(
                        each.getKey(), Trail.metadata(Trail.of(gateway).of(path).getFirst(), "reason"));
            }
        }
        assertTrue(origin.seen().isEmpty());
        assertFalse(Trail.of(gateway).all().toString().contains(revoked.text().reveal()));
    }

    @Test
    void hasALimitOfItsOwn() throws Exception {
        NewKey limited = make("limited", "2/hour", "agent:list");
        NewKey free = make("free", null, "agent:list");
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message first = get(wire, limited, "/agents/1");
            assertEquals(200, first.status());
            assertTrue(first.field("ratelimit").contains("\"key\";r=1"), first.head());
            assertEquals(200, get(wire, limited, "/agents/2").status());
            Wire.Message refused = get(wire, limited, "/agents/3");
            assertEquals(429, refused.status());
            assertTrue(refused.text().contains("the limit `key` of 2/hour"), refused.text());
            NewKey next = done(gateway.server().access().rotateKey(OPERATOR, "limited", Duration.ofHours(1)));
            assertEquals(429, get(wire, next, "/agents/4").status(), "rotating gives no fresh burst");
            assertEquals(200, get(wire, free, "/agents/5").status());
            gateway.reload(Yaml.oneRoute(origin.port(), ROLES));
            assertEquals(429, get(wire, limited, "/agents/6").status(), "nor does a reload");
        }
        assertEquals(3, origin.seen().size());
    }

    @Test
    void revocationIsInForceForTheNextRequestOfALiveConnection() throws Exception {
        NewKey key = make("ci", null, "agent:list");
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            assertEquals(200, get(wire, key, "/agents/1").status());
            assertEquals(200, get(client, key, "/agents/2").message().status());
            done(gateway.server().access().revokeKeysNamed(OPERATOR, "ci"));
            assertEquals(401, get(wire, key, "/agents/3").status());
            assertEquals(401, get(client, key, "/agents/4").message().status());
        }
        assertEquals(2, origin.seen().size());
    }

    @Test
    void endsLiveStreamsOfARevokedKey() throws Exception {
        NewKey key = make("ci", null, "agent:list");
        NewKey other = make("other", null, "agent:list");
        try (Wire wire = Wire.to(gateway);
                Wire goesOn = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            present(wire, key, "/agents/stream1").head();
            present(goesOn, other, "/agents/stream3").head();
            Http2End stream = get(client, key, "/agents/stream2");
            stream.head();
            done(gateway.server().access().revokeKey(OPERATOR, key.record().id()));
            wire.skip(Long.MAX_VALUE);
            assertEquals("INTERNAL_ERROR", stream.howItEnded());
            for (String path : List.of("/agents/stream1", "/agents/stream2")) {
                assertEquals(
                        "no_longer_allowed", Trail.metadata(Trail.of(gateway).end(path), "ended"));
            }
            assertTrue(goesOn.chunk().length > 0);
            assertTrue(goesOn.chunk().length > 0);
        }
    }

    @Test
    void endsStreamsAndRequestsWhenTheKeyExpires() throws Exception {
        NewKey key = done(gateway.server()
                .access()
                .createKey(OPERATOR, new KeyRequest("short", List.of("agent:list"), null, Duration.ofSeconds(3))));
        try (Wire stream = Wire.to(gateway);
                Wire wire = Wire.to(gateway)) {
            present(stream, key, "/agents/stream").head();
            assertEquals(200, get(wire, key, "/agents/1").status());
            stream.skip(Long.MAX_VALUE);
            assertEquals("credential_expired", Trail.metadata(Trail.of(gateway).end("/agents/stream"), "ended"));
            assertEquals(401, get(wire, key, "/agents/1").status());
        }
    }

    @Test
    void rolesAreInForceForTheNextRequest() throws Exception {
        NewKey key = make("ci", null);
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(403, get(wire, key, "/agents/1").status());
            done(gateway.server().access().assignRole(OPERATOR, "key:ci", "reader"));
            assertEquals(200, get(wire, key, "/agents/2").status());
            done(gateway.server().access().unassignRole(OPERATOR, "key:ci", "reader"));
            assertEquals(403, get(wire, key, "/agents/3").status());
        }
        assertEquals(List.of("GET /agents/2"), origin.seen());
    }

    @Test
    void reloadJudgesWhatIsGivenByTheNewConfiguration() throws Exception {
        NewKey key = make("ci", null);
        done(gateway.server().access().assignRole(OPERATOR, "key:ci", "reader"));
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(List.of(), gateway.reload(Yaml.oneRoute(origin.port(), "")));
            assertEquals(403, get(wire, key, "/agents/1").status(), "the role is gone");
            assertEquals(
                    GrantRefusal.UNKNOWN_ROLE,
                    refused(gateway.server().access().assignRole(OPERATOR, "cert:x", "reader")));
            String prefixed = "identity: {api_keys: {prefix: cax_live_, also_accept: [pav_live_]}}\n";
            assertEquals(List.of(), gateway.reload(Yaml.oneRoute(origin.port(), ROLES + prefixed)));
            assertEquals(200, get(wire, key, "/agents/2").status());
            assertEquals(
                    200, get(wire, make("new", null, "agent:list"), "/agents/3").status());
        }
        restart();
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(200, get(wire, key, "/agents/4").status());
        }
    }

    @Test
    void restartKeepsKeysRevocationsAndRoles() throws Exception {
        NewKey live = make("live", "100/hour", "agent:list");
        NewKey bound = make("bound", null);
        NewKey revoked = make("revoked", null, "agent:list");
        done(gateway.server().access().assignRole(OPERATOR, "key:bound", "reader"));
        done(gateway.server().access().revokeKeysNamed(OPERATOR, "revoked"));
        restart();
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message answer = get(wire, live, "/agents/1");
            assertEquals(200, answer.status());
            assertTrue(answer.field("ratelimit").contains("\"key\""), answer.head());
            assertEquals(200, get(wire, bound, "/agents/2").status());
            assertEquals(401, get(wire, revoked, "/agents/3").status());
        }
    }

    @Test
    void bindingsWithoutTheirRoleDoNotStopTheStart() throws Exception {
        NewKey key = make("ci", null);
        done(gateway.server().access().assignRole(OPERATOR, "key:ci", "reader"));
        gateway.write(Yaml.oneRoute(origin.port(), ""));
        restart();
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(403, get(wire, key, "/agents/1").status());
        }
    }

    @Test
    void aDamagedStoreStopsTheStartUntilItIsRecovered() throws Exception {
        Path file = folder.resolve("data/access/access.mv");
        byte[] before = Files.readAllBytes(file);
        NewKey key = make("ci", null, "agent:list");
        gateway.close();
        Files.write(file, before);
        StartFailure failure = assertThrows(StartFailure.class, () -> TestGateway.existing(gateway.file()));
        assertTrue(failure.getMessage().contains("pavise auth recover"), failure.getMessage());
        AccessRecovery.recover(folder.resolve("data"), false, InstantSource.system());
        restart();
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(401, get(wire, key, "/agents/1").status());
        }
        var record = Trail.of(gateway).of("access").getFirst();
        assertEquals("access_recovered", Trail.text(record, "event_type"));
        assertTrue(Trail.metadata(record, "detail").contains("change 0 of 1"), record.toString());
        restart();
        assertEquals(1, Trail.of(gateway).of("access").size(), "told once");
    }

    // ----

    private void restart() throws Exception {
        gateway.close();
        gateway = TestGateway.existing(gateway.file());
    }

    private NewKey make(String name, String limit, String... permissions) {
        return done(
                gateway.server().access().createKey(OPERATOR, new KeyRequest(name, List.of(permissions), limit, null)));
    }

    private static Wire present(Wire wire, NewKey key, String path) throws IOException {
        return wire.anonymous("GET", path, "X-Api-Key: " + key.text().reveal() + "\r\n");
    }

    private static Wire.Message get(Wire wire, NewKey key, String path) throws IOException {
        return present(wire, key, path).answer();
    }

    private static Http2End get(Http2Client client, NewKey key, String path) throws Exception {
        var head = Http2Client.head("GET", path, "x-api-key", key.text().reveal());
        head.remove("authorization");
        return client.open(head, true);
    }

    private static <T> T done(AccessResult<T> result) {
        return switch (result) {
            case AccessResult.Done<T>(T value) -> value;
            case AccessResult.Refused<T>(GrantRefusal code, String message) ->
                throw new AssertionError(code + ": " + message);
        };
    }

    private static GrantRefusal refused(AccessResult<?> result) {
        return ((AccessResult.Refused<?>) result).code();
    }
}
