package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.tls.TestCa;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** How a decision point outside is asked: where, by whom, what, how often, and for how long its answers hold. */
final class ExternalPolicyTest {
    @TempDir
    Path folder;

    private final CountDownLatch never = new CountDownLatch(1);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Wire.Message> questions = new CopyOnWriteArrayList<>();
    private RawOrigin origin;
    private TestGateway gateway;

    private <T extends AutoCloseable> T opened(T made) {
        opened.addFirst(made);
        return made;
    }

    @AfterEach
    void stop() throws Exception {
        never.countDown();
        for (AutoCloseable each : opened) {
            each.close();
        }
    }

    private void start(String url, String settings) throws Exception {
        start(url, settings, "");
    }

    /** @param more of the route, one line */
    private void start(String url, String settings, String more) throws Exception {
        origin = opened(RawOrigin.echoing());
        gateway = opened(TestGateway.start(folder, yaml(url, settings) + "    " + more + "\n"));
    }

    private String yaml(String url, String settings) {
        return """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - name: agents
                    match: {path: "/agents/{id}"}
                    permission: "agent:list"
                    upstream: runtime
                    opa: {url: "%s"%s}
                """.formatted(origin.port(), url, settings);
    }

    private static String http(RawOrigin policy) {
        return "http://127.0.0.1:" + policy.port() + "/v1/data/pavise/allow";
    }

    /** A decision point that gives this answer. */
    private RawOrigin policy(String result) throws Exception {
        return opened(RawOrigin.answering((question, wire) -> {
            questions.add(question);
            RawOrigin.respond(wire, "{\"result\":" + result + "}");
        }));
    }

    /** A decision point that never answers. */
    private RawOrigin silent() throws Exception {
        return opened(RawOrigin.answering((question, wire) -> {
            questions.add(question);
            never.await();
        }));
    }

    @Test
    void refusesWhereNobodyListens() throws Exception {
        start("http://127.0.0.1:" + RawOrigin.deadPort() + "/v1/data/pavise/allow", ", timeout: 20s");
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message refused = wire.request("GET", "/agents/1").answer();
            assertEquals(503, refused.status());
            assertTrue(refused.text().contains("could not be asked (rule `agents`)"), refused.text());
            assertFalse(refused.text().contains("Connect"), "the caller learns no more: " + refused.text());
        }
        assertEquals(List.of(), origin.seen());
    }

    @ParameterizedTest
    @CsvSource({
        "localhost, policy-ca.crt, 200",
        "localhost, other-ca.crt,  503",
        "elsewhere, policy-ca.crt, 503",
    })
    void checksItsCertificate(String name, String believed, int status) throws Exception {
        TestCa ca = TestCa.create("policies");
        ca.writeCert(folder, "policy-ca.crt");
        TestCa.create("others").writeCert(folder, "other-ca.crt");
        SSLContext serving = Trust.context(ca.own().certificate(), ca.server(name));
        RawOrigin policy = opened(RawOrigin.secured(serving, false, (question, wire) -> {
            questions.add(question);
            RawOrigin.respond(wire, "{\"result\":true}");
        }));
        start("https://localhost:" + policy.port() + "/v1/data/pavise/allow", ", timeout: 20s, ca: " + believed);
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(status, wire.request("GET", "/agents/1").answer().status());
        }
        assertEquals(status == 200 ? 1 : 0, origin.seen().size());
        assertEquals(status == 200 ? 1 : 0, questions.size(), "a stranger is told nothing");
    }

    @Test
    void tellsWhatIsForwardedAndNoCredential() throws Exception {
        start(http(policy("true")), ", timeout: 20s, token: \"secret-of-the-policy\"");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(
                    200,
                    wire.request(
                                    "GET",
                                    "/agents/%37?q=1",
                                    "X-Tenant: a\r\nX-Tenant: b\r\nCookie: session=1\r\n",
                                    "X-Forwarded-User: root\r\nX_Forwarded_User: root\r\nX-Pavise-Principal: root\r\n",
                                    "X-Original-URL: /admin\r\nX-Forwarded-For: 203.0.113.9\r\nProxy-Authorization: x\r\n")
                            .answer()
                            .status());
        }
        Wire.Message question = questions.getFirst();
        assertEquals("/v1/data/pavise/allow", question.target());
        assertEquals("Bearer secret-of-the-policy", question.field("authorization"));
        assertEquals("application/json", question.field("content-type"));
        assertFalse(question.has("upgrade"));
        assertFalse(question.text().contains(TestGateway.TOKEN), "no credential of the caller");
        JsonNode input = JsonMapper.shared().readTree(question.text()).path("input");
        assertEquals(
                JsonMapper.shared().readTree("{\"x-tenant\":\"a, b\"}"),
                input.at("/request/headers"),
                input.toString());
        assertEquals("/agents/7", input.at("/request/path").asString(), "the path that is forwarded");
        assertEquals("q=1", input.at("/request/query").asString());
        assertEquals("7", input.at("/resource/id").asString());
        assertEquals("operator", input.at("/identity/id").asString());
        assertEquals("127.0.0.1", input.at("/client/address").asString());
        assertEquals(List.of("GET /agents/7?q=1"), origin.seen());
        for (JsonNode record : Trail.of(gateway).all()) {
            assertFalse(record.toString().contains("secret-of-the-policy"), record.toString());
        }
    }

    @Test
    void asksAgainWhenAKeptConnectionWasClosed() throws Exception {
        RawOrigin policy = opened(RawOrigin.playing(
                wire -> { // without telling that it closes
                    wire.requestMessage();
                    RawOrigin.respond(wire, "{\"result\":true}");
                    if (wire.requestMessage().head().isEmpty()) {
                        return;
                    }
                    wire.close(); // the next question dies on this connection
                }));
        start(http(policy), ", timeout: 20s");
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 5; i++) {
                assertEquals(200, wire.request("GET", "/agents/" + i).answer().status());
            }
        }
        assertEquals(5, policy.connections());
    }

    @Test
    void remembersAnswersForTheirTimeUntilTheNextConfiguration() throws Exception {
        RawOrigin policy = policy("true");
        start(http(policy), ", timeout: 20s, cache: 1h");
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            }
            assertEquals(1, questions.size());
            assertEquals(2, gateway.figure("pavise_external_decisions_remembered_total"));
            assertEquals(200, wire.request("GET", "/agents/2").answer().status());
            assertEquals(
                    200,
                    wire.request("GET", "/agents/1", "X-Tenant: a\r\n").answer().status());
            assertEquals(3, questions.size(), "another question is another question");
            assertEquals(List.of(), gateway.reload(yaml(http(policy), ", timeout: 20s, cache: 1h")));
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            assertEquals(4, questions.size());
        }
    }

    @Test
    void asksForEachRequestWhereNothingIsRemembered() throws Exception {
        start(http(policy("false")), ", timeout: 20s");
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 3; i++) {
                assertEquals(403, wire.request("GET", "/agents/1").answer().status());
            }
        }
        assertEquals(3, questions.size());
    }

    @Test
    void asksNobodyForWhatIsRefusedAnyway() throws Exception {
        origin = opened(RawOrigin.echoing());
        gateway = opened(TestGateway.start(
                folder, yaml(http(policy("true")), ", timeout: 20s") + "limits: {per_principal: 1/hour}\n"));
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(401, wire.anonymous("GET", "/agents/1").answer().status());
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            assertEquals(429, wire.request("GET", "/agents/1").answer().status());
            assertEquals(404, wire.request("GET", "/other").answer().status());
        }
        assertEquals(1, questions.size());
    }

    @Test
    void asksNobodyWhereTheConditionFails() throws Exception {
        start(http(policy("true")), ", timeout: 20s", "when: \"request.method == 'GET'\"");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            assertEquals(403, wire.request("DELETE", "/agents/1").answer().status());
        }
        assertEquals(1, questions.size());
        assertEquals(List.of("GET /agents/1"), origin.seen());
    }

    @Test
    void recordsWhatItWouldDenyWhereItIsOnlyTriedOut() throws Exception {
        start(http(policy("false")), ", timeout: 20s", "enforce: audit-only");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            assertEquals(401, wire.anonymous("GET", "/agents/2").answer().status());
        }
        JsonNode intent = Trail.of(gateway).of("/agents/1").getFirst();
        assertEquals("external_denied", Trail.metadata(intent, "would_deny"));
        assertEquals("it said no", Trail.metadata(intent, "detail"));
        assertEquals(List.of("GET /agents/1"), origin.seen());
    }

    @Test
    void boundsWhatIsUnderWay() throws Exception {
        start(http(silent()), ", timeout: 20s, max_in_flight: 1");
        try (Wire first = Wire.to(gateway);
                Wire second = Wire.to(gateway)) {
            first.request("GET", "/agents/1");
            Eventually.holds("it was asked", () -> questions.size() == 1);
            assertEquals(503, second.request("GET", "/agents/2").answer().status());
            assertEquals(
                    "as many questions as may be are under way already",
                    Trail.metadata(Trail.of(gateway).of("/agents/2").getFirst(), "detail"));
        }
        assertEquals(1, questions.size());
    }

    @Test
    void freesThePlacesOfQuestionsThatAreOver() throws Exception {
        start(http(silent()), ", timeout: 50ms, max_in_flight: 1");
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 4; i++) {
                wire.request("GET", "/agents/" + i).answer();
                assertEquals(
                        "it did not answer within 50 ms",
                        Trail.metadata(Trail.of(gateway).of("/agents/" + i).getFirst(), "detail"));
            }
        }
    }

    @Test
    void usesNoProxyOfTheSystem() throws Exception {
        RawOrigin proxy = opened(RawOrigin.echoing());
        Map<String, String> settings = Map.of(
                "http.proxyHost", "127.0.0.1", "http.proxyPort", "" + proxy.port(), "http.nonProxyHosts", "none");
        settings.forEach(System::setProperty);
        try {
            start(http(policy("true")), ", timeout: 20s");
            try (Wire wire = Wire.to(gateway)) {
                assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            }
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
        assertEquals(List.of(), proxy.seen());
    }
}
