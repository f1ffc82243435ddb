package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** {@code /v1/k8s} through a whole gateway, with a manager behind it over real TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubernetesApiTest {
    private static final String DEPLOYMENT = "Deployment agents/codetether";
    private static final String SCALED = """
            {"deployment":"agents/codetether","from":1,"to":3,"changed":true}""";

    @TempDir
    static Path folder;

    private TestOrigin origin;
    private final TestCa ca = TestCa.create("manager CA");
    private FakeManager manager;
    private TestGateway gateway;
    private HttpClient client;

    private record Reply(int status, JsonNode json) {
        String code() {
            return json.path("code").asString("");
        }

        String detail() {
            return json.path("detail").asString("");
        }
    }

    @BeforeAll
    void open() throws Exception {
        origin = new TestOrigin();
        ca.writeCert(folder, "manager-ca.crt");
        Files.writeString(folder.resolve("token"), "pod-token-1\n");
        manager = new FakeManager(ca, "localhost");
        gateway = TestGateway.startIn(
                Map.of(
                        "KUBERNETES_SERVICE_HOST", "10.0.0.1",
                        "POD_NAMESPACE", "agents",
                        "POD_NAME", "codetether-1",
                        "NODE_NAME", "node-7"),
                folder,
                yaml("https://localhost:" + manager.port()));
        client = gateway.client(HttpClient.Version.HTTP_2);
    }

    @BeforeEach
    void begin() throws Exception {
        manager.answers(FakeManager.Behaviour.json(200, SCALED));
        assertEquals(List.of(), gateway.reload(yaml("https://localhost:" + manager.port())));
    }

    @AfterAll
    void close() {
        client.close();
        gateway.close();
        manager.close();
        origin.close();
    }

    private String yaml(String url) {
        return yaml("""
                kubernetes:
                  deployment: codetether
                  manager: {url: "%s", ca: manager-ca.crt, token: token, timeout: 2s}
                """, url);
    }

    private String yaml(String kubernetes, String url) {
        return Yaml.oneRoute(origin.port(), """
                audit: {ephemeral: true}
                identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
                roles:
                  - {name: reader, permissions: ["k8s:read"]}
                  - {name: scaler, permissions: ["k8s:scale"]}
                  - {name: healer, permissions: ["k8s:heal"]}
                bindings:
                  - {principal: "jwt:corp:reader", roles: [reader]}
                  - {principal: "jwt:corp:scaler", roles: [scaler]}
                  - {principal: "jwt:corp:healer", roles: [healer]}
                """.formatted(Jwt.SECRET) + kubernetes.formatted(url));
    }

    private Reply ask(String method, String path, String body) throws Exception {
        return ask(TestGateway.TOKEN, method, path, body);
    }

    private Reply ask(String token, String method, String path, String body) throws Exception {
        return ask(gateway, client, token, method, path, body);
    }

    private static Reply ask(TestGateway asked, HttpClient by, String token, String method, String path, String body)
            throws Exception {
        HttpResponse<String> answer = by.send(
                asked.request(path)
                        .setHeader("authorization", "Bearer " + token)
                        .method(method, HttpRequest.BodyPublishers.ofString(body))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Reply(answer.statusCode(), JsonMapper.shared().readTree(answer.body()));
    }

    private Reply scale() throws Exception {
        return ask("POST", "/v1/k8s/scale", "{\"replicas\": 3}");
    }

    private JsonNode lastOutcome() throws IOException {
        return Trail.of(gateway).of(DEPLOYMENT).stream()
                .filter(each -> Trail.text(each, "phase").equals("outcome"))
                .reduce((before, last) -> last)
                .orElseThrow();
    }

    @Test
    void asksTheManagerInTheNameOfItsPod() throws Exception {
        Reply scaled = scale();
        assertEquals(200, scaled.status(), scaled.json().toString());
        assertEquals(3, scaled.json().path("to").intValue());
        FakeManager.Asked asked = manager.asked().getFirst();
        assertEquals("POST", asked.method());
        assertEquals("/v1/k8s/scale?deployment=codetether", asked.target());
        assertEquals("{\"replicas\":3}", asked.body());
        assertEquals("Bearer pod-token-1", asked.authorization());
        assertEquals("operator", asked.principal());
        Files.writeString(folder.resolve("token"), "pod-token-2\n");
        scale();
        assertEquals("Bearer pod-token-2", manager.asked().getLast().authorization());
        JsonNode outcome = lastOutcome();
        assertEquals(manager.asked().getLast().requestId(), Trail.text(outcome, "request_id"));
    }

    @Test
    void recordsIntentThenTheTrueOutcome() throws Exception {
        scale();
        List<JsonNode> records = Trail.of(gateway).of(DEPLOYMENT);
        JsonNode intent = records.get(records.size() - 2);
        JsonNode outcome = records.getLast();
        assertEquals("k8s.scale intent", Trail.text(intent, "action") + " " + Trail.text(intent, "phase"));
        assertEquals("k8s.scale outcome", Trail.text(outcome, "action") + " " + Trail.text(outcome, "phase"));
        assertEquals("success", Trail.text(outcome, "outcome"));
        assertEquals("k8s_asked", Trail.text(outcome, "event_type"));
        assertEquals("1", Trail.metadata(outcome, "from"));
        assertEquals("3", Trail.metadata(outcome, "to"));
        assertEquals("true", Trail.metadata(outcome, "changed"));
    }

    @Test
    void namesEachActInTheTrail() throws Exception {
        String found = "{\"healthy\":true,\"findings\":[],\"actions\":[]}";
        for (String act : List.of("health", "reconcile", "restart")) {
            manager.answers(FakeManager.Behaviour.json(200, found));
            Reply done = ask("POST", "/v1/k8s/" + act, "");
            assertEquals(200, done.status(), done.json().toString());
            assertEquals("{}", manager.asked().getFirst().body());
            assertEquals("k8s." + act, Trail.text(lastOutcome(), "action"));
        }
        ask("POST", "/v1/k8s/restart", "{\"reason\":\"a new day\"}");
        assertEquals("{\"reason\":\"a new day\"}", manager.asked().getLast().body());
        assertEquals("a new day", Trail.metadata(lastOutcome(), "reason"));
    }

    @Test
    void handsOnWhatTheManagerKnowsAndAddsItself() throws Exception {
        manager.answers(FakeManager.Behaviour.json(200, "{\"in_cluster\":true,\"leader\":\"m-1\",\"healthy\":false}"));
        JsonNode status = ask("GET", "/v1/k8s/status", "").json();
        assertEquals("m-1", status.path("leader").asString());
        assertTrue(status.path("gateway").path("audit_ephemeral").asBoolean());
        assertEquals(
                "codetether-1", status.path("gateway").path("pod").path("name").asString());
        assertEquals("", manager.asked().getFirst().body());
        manager.answers(FakeManager.Behaviour.json(200, "{\"pods\":[{\"name\":\"a\"}]}"));
        assertEquals(1, ask("GET", "/v1/k8s/pods", "").json().path("pods").size());
        manager.answers(FakeManager.Behaviour.json(200, "{\"actions\":[]}"));
        assertTrue(ask("GET", "/v1/k8s/actions", "").json().path("actions").isArray());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "3",
                "{\"replicas\":-1}",
                "{\"replicas\":101}",
                "{\"replicas\":\"3\"}",
                "{\"replicas\":3.0}",
                "{\"replicas\":3e0}",
                "{\"replicas\":null}",
                "{\"replicas\":true}",
                "{\"replicas\":[3]}",
                "{\"replicas\":99999999999999999999}",
                "{\"replicas\":4294967299}",
                "{\"replicas\":3,\"replicas\":3}",
                "{\"replicas\":3,\"more\":1}",
                "{\"Replicas\":3}",
                "{\"replicas\":3} x",
                "{\"replicas\":3"
            })
    void refusesAScaleThatIsNone(String body) throws Exception {
        Reply refused = ask("POST", "/v1/k8s/scale", body);
        assertEquals(400, refused.status(), refused.json().toString());
        assertEquals("invalid_argument", refused.code());
        assertEquals(List.of(), manager.asked());
        assertEquals("failure", Trail.text(lastOutcome(), "outcome"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /v1/k8s/health           | {\"force\":true}",
                "POST | /v1/k8s/reconcile        | []",
                "POST | /v1/k8s/restart          | {\"reason\":3}",
                "POST | /v1/k8s/restart          | {\"reason\":\"two\\nlines\"}",
                "POST | /v1/k8s/scale?replicas=3 | {\"replicas\":3}",
                "POST | /v1/k8s/scale?deployment=other | {\"replicas\":3}",
                "GET  | /v1/k8s/status?namespace=other | ''",
            })
    void refusesWhatIsNotKnown(String method, String path, String body) throws Exception {
        assertEquals("invalid_argument", ask(method, path, body).code());
        assertEquals(List.of(), manager.asked());
    }

    @ParameterizedTest
    @CsvSource({"0", "100"})
    void takesTheBounds(int replicas) throws Exception {
        manager.answers(FakeManager.Behaviour.json(
                200, "{\"deployment\":\"d\",\"from\":1,\"to\":" + replicas + ",\"changed\":false}"));
        assertEquals(
                200,
                ask("POST", "/v1/k8s/scale", "{\"replicas\":" + replicas + "}").status());
    }

    @ParameterizedTest
    @CsvSource({
        "reader, GET,  status,    true",
        "reader, GET,  pods,      true",
        "reader, GET,  actions,   true",
        "reader, POST, scale,     false",
        "reader, POST, health,    false",
        "reader, POST, reconcile, false",
        "reader, POST, restart,   false",
        "scaler, GET,  status,    false",
        "scaler, POST, scale,     true",
        "scaler, POST, restart,   false",
        "healer, POST, scale,     false",
        "healer, POST, health,    true",
        "healer, POST, reconcile, true",
        "healer, POST, restart,   true",
        "nobody, GET,  status,    false",
    })
    void needsThePermissionOfEach(String who, String method, String what, boolean allowed) throws Exception {
        Reply reply = ask(
                Jwt.of(who, Duration.ofMinutes(5)),
                method,
                "/v1/k8s/" + what,
                what.equals("scale") ? "{\"replicas\":3}" : "");
        assertEquals(!allowed, reply.status() == 403, reply.json().toString());
        assertEquals(allowed ? 1 : 0, manager.asked().size());
    }

    @ParameterizedTest
    @CsvSource({"POST, status", "GET, scale", "DELETE, pods", "PUT, restart"})
    void refusesOtherMethods(String method, String what) throws Exception {
        assertEquals(405, ask(method, "/v1/k8s/" + what, "").status());
        assertEquals(List.of(), manager.asked());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | invalid_argument       | 400 | invalid_argument       | failure | no",
                "403 | forbidden              | 403 | forbidden              | denied  | no",
                "404 | no_such_deployment     | 404 | no_such_deployment     | failure | no",
                "409 | conflict               | 409 | conflict               | failure | no",
                "409 | rollout_in_progress    | 409 | rollout_in_progress    | failure | no",
                "409 | disruption_not_allowed | 409 | disruption_not_allowed | failure | no",
                "503 | not_leader             | 503 | not_leader             | error   | no",
                "503 | cluster_unavailable    | 503 | cluster_unavailable    | error   | no",
                "503 | audit_unavailable      | 503 | audit_unavailable      | error   | no",
                "503 | something_new          | 502 | manager_failed         | error   | unknown",
                "409 | forbidden              | 502 | manager_failed         | error   | unknown",
                "401 | unauthenticated        | 502 | manager_failed         | error   | unknown",
                "500 | internal               | 502 | manager_failed         | error   | unknown",
                "204 | x                      | 502 | manager_failed         | error   | unknown",
                "302 | x                      | 502 | manager_failed         | error   | unknown",
            })
    void tellsWhyTheManagerDeclines(int theirs, String code, int ours, String told, String outcome, String done)
            throws Exception {
        manager.answers(FakeManager.Behaviour.problem(theirs, code));
        if (theirs == 204) {
            manager.answers(FakeManager.Behaviour.with(204, "application/json", ""));
        }
        Reply refused = scale();
        assertEquals(ours, refused.status(), refused.json().toString());
        assertEquals(told, refused.code());
        assertEquals(1, manager.asked().size());
        JsonNode record = lastOutcome();
        assertEquals(outcome, Trail.text(record, "outcome"));
        assertEquals(done, Trail.metadata(record, "done"));
        assertFalse(Trail.metadata(record, "detail").isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "null",
                "{}",
                "{\"deployment\":\"d\",\"from\":1,\"to\":4,\"changed\":true}",
                "{\"deployment\":\"d\",\"from\":1,\"to\":\"3\",\"changed\":true}",
                "{\"deployment\":\"d\",\"from\":1,\"to\":3}",
                "{\"to\":3,\"to\":3,\"changed\":true}",
                "<html>fine</html>"
            })
    void believesNoAnswerThatIsNone(String body) throws Exception {
        manager.answers(FakeManager.Behaviour.json(200, body));
        Reply refused = scale();
        assertEquals("manager_failed", refused.code(), refused.json().toString());
        assertEquals("error", Trail.text(lastOutcome(), "outcome"));
        assertEquals("unknown", Trail.metadata(lastOutcome(), "done"));
    }

    @Test
    void believesNoHtml() throws Exception {
        manager.answers(FakeManager.Behaviour.with(200, "text/html", SCALED));
        assertEquals("manager_failed", scale().code());
    }

    @Test
    void takesNoMoreThanItsBound() throws Exception {
        manager.answers(FakeManager.Behaviour.json(200, "{\"x\":\"" + "y".repeat(1 << 20) + "\"}"));
        Reply refused = scale();
        assertEquals("manager_failed", refused.code());
        assertTrue(refused.detail().contains("larger than"), refused.detail());
    }

    @Test
    void givesUpOnAManagerThatIsSilent() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        manager.answers(exchange -> {
            try {
                over.await();
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
        });
        Reply refused = scale();
        over.countDown();
        assertEquals(504, refused.status());
        assertEquals("manager_timeout", refused.code());
        assertEquals("error", Trail.text(lastOutcome(), "outcome"));
        assertEquals("unknown", Trail.metadata(lastOutcome(), "done"));
        assertEquals(1, manager.asked().size()); // what may have been done is not asked for again
    }

    @Test
    void tellsOfAManagerThatBreaksOff() throws Exception {
        manager.answers(exchange -> {
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            throw new IOException("gone");
        });
        assertEquals("manager_failed", scale().code());
        assertEquals(1, manager.asked().size());
    }

    @Test
    void tellsOfAManagerThatIsGone() throws Exception {
        int nobody;
        try (var closed = new java.net.ServerSocket(0)) {
            nobody = closed.getLocalPort();
        }
        assertEquals(List.of(), gateway.reload(yaml("https://localhost:" + nobody)));
        Reply refused = scale();
        assertEquals(503, refused.status());
        assertEquals("manager_unavailable", refused.code());
        assertEquals("error", Trail.text(lastOutcome(), "outcome"));
        assertEquals("no", Trail.metadata(lastOutcome(), "done"));
    }

    @Test
    void sendsNothingToSomebodyElse() throws Exception {
        try (FakeManager named = new FakeManager(ca, "other.example");
                FakeManager foreign = new FakeManager(TestCa.create("x"), "localhost")) {
            for (FakeManager wrong : List.of(named, foreign)) {
                assertEquals(List.of(), gateway.reload(yaml("https://localhost:" + wrong.port())));
                Reply refused = scale();
                assertEquals(
                        "manager_unavailable", refused.code(), refused.json().toString());
                assertTrue(refused.detail().contains("nothing was sent"), refused.detail());
                assertEquals(List.of(), wrong.asked());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "two words", "line\nbreak"})
    void sendsNothingWithoutAToken(String text) throws Exception {
        Files.writeString(folder.resolve("token"), text);
        try {
            Reply refused = scale();
            assertEquals("manager_unavailable", refused.code());
            assertEquals(List.of(), manager.asked());
        } finally {
            Files.writeString(folder.resolve("token"), "pod-token-1");
        }
    }

    @Test
    void showsTheTokenNowhere() throws Exception {
        manager.answers(FakeManager.Behaviour.problem(500, "x"));
        Reply refused = scale();
        String all = refused.json() + Trail.of(gateway).all().toString();
        assertFalse(all.contains("pod-token"), all);
    }

    @Test
    void saysThatThereIsNoManager() throws Exception {
        assertEquals(List.of(), gateway.reload(yaml("", "")));
        JsonNode status = ask("GET", "/v1/k8s/status", "").json();
        assertTrue(status.path("in_cluster").asBoolean());
        assertFalse(status.path("manager").asBoolean(true));
        assertEquals(
                "agents", status.path("gateway").path("pod").path("namespace").asString());
        for (String what : List.of("scale", "health", "reconcile", "restart")) {
            Reply refused = ask("POST", "/v1/k8s/" + what, what.equals("scale") ? "{\"replicas\":3}" : "");
            assertEquals(503, refused.status());
            assertEquals("no_manager", refused.code());
        }
    }

    @Test
    void saysThatThereIsNoCluster(@TempDir Path outside) throws Exception {
        ca.writeCert(outside, "manager-ca.crt");
        try (TestGateway alone = TestGateway.start(outside, yaml("https://localhost:" + manager.port()));
                HttpClient by = alone.client(HttpClient.Version.HTTP_1_1)) {
            String token = TestGateway.TOKEN;
            Reply status = ask(alone, by, token, "GET", "/v1/k8s/status", "");
            assertEquals(200, status.status());
            assertEquals("{\"in_cluster\":false}", status.json().toString());
            for (String[] each : new String[][] {
                {"GET", "pods", ""},
                {"GET", "actions", ""},
                {"POST", "scale", "{\"replicas\":3}"},
                {"POST", "health", ""},
                {"POST", "reconcile", ""},
                {"POST", "restart", ""}
            }) {
                Reply refused = ask(alone, by, token, each[0], "/v1/k8s/" + each[1], each[2]);
                assertEquals(503, refused.status());
                assertEquals("not_in_cluster", refused.code());
            }
            assertEquals(
                    "invalid_argument",
                    ask(alone, by, token, "POST", "/v1/k8s/scale", "{\"replicas\":101}")
                            .code());
            assertEquals(List.of(), manager.asked());
            assertEquals(
                    "error", Trail.text(Trail.of(alone).of("/v1/k8s/restart").getLast(), "outcome"));
        }
    }
}
