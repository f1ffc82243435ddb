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
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A decision point outside, and everything that it can do wrong: only its yes lets a request through. */
final class ExternalPolicyTest {
    @TempDir
    Path folder;

    private final CountDownLatch never = new CountDownLatch(1);
    private final List<AutoCloseable> opened = new ArrayList<>();
    private final List<Wire.Message> questions = new CopyOnWriteArrayList<>();
    private RawOrigin origin;
    private RawOrigin trap;
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
        origin = opened(RawOrigin.echoing());
        gateway = opened(TestGateway.start(folder, yaml(url, settings)));
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

    /** A decision point that behaves as the word says. */
    private RawOrigin policy(String behaviour) throws Exception {
        return opened(RawOrigin.answering((question, wire) -> {
            questions.add(question);
            behave(behaviour, wire);
        }));
    }

    private static void answer(Wire wire, String status, String fields, String body) throws Exception {
        wire.send("HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private void behave(String behaviour, Wire wire) throws Exception {
        String yes = "{\"result\":true}";
        switch (behaviour) {
            case "allow" -> answer(wire, "200 OK", "", yes);
            case "allow-object" -> answer(wire, "200 OK", "", "{\"result\":{\"allow\":true}}");
            case "deny" -> answer(wire, "200 OK", "", "{\"result\":false}");
            case "deny-reason" -> answer(wire, "200 OK", "", "{\"result\":{\"allow\":false,\"reason\":\"frozen\"}}");
            case "undefined" -> answer(wire, "200 OK", "", "{}");
            case "garbage" -> answer(wire, "200 OK", "", "<html>welcome</html>");
            case "text" -> answer(wire, "200 OK", "", "{\"result\":\"true\"}");
            case "twice" -> answer(wire, "200 OK", "", "{\"result\":false,\"result\":true}");
            case "empty" -> answer(wire, "200 OK", "", "");
            case "500" -> answer(wire, "500 Oops", "", yes);
            case "401" -> answer(wire, "401 Unauthorized", "WWW-Authenticate: Basic realm=\"x\"\r\n", yes);
            case "204" -> wire.send("HTTP/1.1 204 No Content\r\n\r\n");
            case "redirect" -> answer(wire, "307 Over There", "Location: " + http(trap) + "\r\n", yes);
            case "huge" -> answer(wire, "200 OK", "", yes + " ".repeat(64 * 1024));
            case "endless" -> {
                wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
                while (true) {
                    wire.send("1000\r\n" + " ".repeat(0x1000) + "\r\n");
                }
            }
            case "endless-500" -> {
                wire.send("HTTP/1.1 500 Oops\r\nTransfer-Encoding: chunked\r\n\r\n");
                while (true) {
                    wire.send("1000\r\n" + " ".repeat(0x1000) + "\r\n");
                }
            }
            case "hang" -> never.await();
            case "drip-head" -> drip(wire, "HTTP/1.1 200 OK\r\nX-Slow: " + "x".repeat(2000));
            case "drip-body" -> {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 2000\r\n\r\n");
                drip(wire, yes + " ".repeat(2000));
            }
            case "closes" -> wire.close();
            case "breaks-off" -> {
                wire.send("HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n" + yes);
                wire.close();
            }
            case "not-http" -> {
                wire.send("SSH-2.0-OpenSSH_9.7\r\n\r\n");
                wire.close();
            }
            default -> throw new IllegalArgumentException(behaviour);
        }
    }

    private void drip(Wire wire, String text) throws Exception {
        for (char letter : text.toCharArray()) {
            wire.send(String.valueOf(letter));
            if (never.await(10, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "allow,       20s,   200, -,                           -",
        "allow-object,20s,   200, -,                           -",
        "deny,        20s,   403, forbidden,                   external_denied: it said no",
        "deny-reason, 20s,   403, forbidden,                   external_denied: frozen",
        "undefined,   20s,   403, forbidden,                   external_denied: the decision is undefined",
        "garbage,     20s,   503, external_policy_unavailable, external_unavailable: its answer is not well-formed JSON",
        "text,        20s,   503, external_policy_unavailable, external_unavailable: its `result`",
        "twice,       20s,   503, external_policy_unavailable, external_unavailable: its answer is not well-formed JSON",
        "empty,       20s,   503, external_policy_unavailable, external_unavailable: its answer is not",
        "500,         20s,   503, external_policy_unavailable, external_unavailable: it answered with status 500",
        "401,         20s,   503, external_policy_unavailable, external_unavailable: it answered with status 401",
        "204,         20s,   503, external_policy_unavailable, external_unavailable: it answered with status 204",
        "redirect,    20s,   503, external_policy_unavailable, external_unavailable: it answered with status 307",
        "huge,        20s,   503, external_policy_unavailable, external_unavailable: TooLarge: its answer is larger than 65536",
        "endless,     20s,   503, external_policy_unavailable, external_unavailable: TooLarge: its answer is larger than 65536",
        "endless-500, 20s,   503, external_policy_unavailable, external_unavailable: it answered with status 500",
        "hang,        200ms, 503, external_policy_unavailable, external_unavailable: it did not answer within 200 ms",
        "drip-head,   200ms, 503, external_policy_unavailable, external_unavailable: it did not answer within 200 ms",
        "drip-body,   200ms, 503, external_policy_unavailable, external_unavailable: it did not answer within 200 ms",
        "closes,      20s,   503, external_policy_unavailable, external_unavailable: ",
        "breaks-off,  20s,   503, external_policy_unavailable, external_unavailable: ",
        "not-http,    20s,   503, external_policy_unavailable, external_unavailable: ",
    })
    void goesOnOnlyByAYes(String behaviour, String timeout, int status, String code, String reason) throws Exception {
        trap = opened(RawOrigin.answering((question, wire) -> answer(wire, "200 OK", "", "{\"result\":true}")));
        start(http(policy(behaviour)), ", timeout: " + timeout);
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(
                        status, wire.request("GET", "/agents/" + i).answer().status());
            }
            assertEquals(status, client.request("GET", "/agents/2").message().status());
        }
        assertEquals(List.of(), trap.seen());
        if (status == 200) {
            assertEquals(List.of("GET /agents/0", "GET /agents/1", "GET /agents/2"), origin.seen());
            assertEquals(
                    List.of("intent unknown", "outcome success"),
                    Trail.of(gateway).story("/agents/0"));
        } else {
            assertEquals(List.of(), origin.seen());
            assertEquals(List.of("outcome denied " + code), Trail.of(gateway).story("/agents/0"));
            JsonNode record = Trail.of(gateway).of("/agents/0").getFirst();
            String told = Trail.metadata(record, "reason") + ": " + Trail.metadata(record, "detail");
            assertTrue(told.startsWith(reason), told);
            assertEquals("agents", Trail.metadata(record, "rule"));
            assertEquals("operator", Trail.text(record, "actor"));
        }
        String result = status == 200 ? "allowed" : status == 403 ? "denied" : "unavailable";
        assertEquals(3, gateway.figure("pavise_external_decisions_total"));
        assertEquals(3, counted(result));
    }

    private double counted(String result) throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            String line = "pavise_external_decisions_total{result=\"" + result + "\",rule=\"agents\"} ";
            return wire.request("GET", "/metrics")
                    .answer()
                    .text()
                    .lines()
                    .filter(each -> each.startsWith(line))
                    .mapToDouble(each -> Double.parseDouble(each.substring(line.length())))
                    .sum();
        }
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
            answer(wire, "200 OK", "", "{\"result\":true}");
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
        start(http(policy("allow")), ", timeout: 20s, token: \"secret-of-the-policy\"");
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
                    answer(wire, "200 OK", "", "{\"result\":true}");
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
        RawOrigin policy = policy("allow");
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
        start(http(policy("deny")), ", timeout: 20s");
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
                folder, yaml(http(policy("allow")), ", timeout: 20s") + "limits: {per_principal: 1/hour}\n"));
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(401, wire.anonymous("GET", "/agents/1").answer().status());
            assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            assertEquals(429, wire.request("GET", "/agents/1").answer().status());
            assertEquals(404, wire.request("GET", "/other").answer().status());
        }
        assertEquals(1, questions.size());
    }

    @Test
    void boundsWhatIsUnderWay() throws Exception {
        start(http(policy("hang")), ", timeout: 20s, max_in_flight: 1");
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
        start(http(policy("hang")), ", timeout: 50ms, max_in_flight: 1");
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
            start(http(policy("allow")), ", timeout: 20s");
            try (Wire wire = Wire.to(gateway)) {
                assertEquals(200, wire.request("GET", "/agents/1").answer().status());
            }
        } finally {
            settings.keySet().forEach(System::clearProperty);
        }
        assertEquals(List.of(), proxy.seen());
    }
}
