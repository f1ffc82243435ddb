package dev.pavise.proxy.server;

import static dev.pavise.proxy.server.ManagedGateway.DEPLOYMENT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.server.ManagedGateway.Reply;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
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

/** {@code /v1/k8s} through a whole gateway, with a manager behind it over real TLS. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubernetesApiTest {
    @TempDir
    static Path folder;

    private ManagedGateway managed;

    @BeforeAll
    void open() throws Exception {
        managed = new ManagedGateway(folder);
    }

    @BeforeEach
    void begin() throws Exception {
        managed.begin();
    }

    @AfterAll
    void close() {
        managed.close();
    }

    @Test
    void asksTheManagerInTheNameOfItsPod() throws Exception {
        Reply scaled = managed.scale();
        assertEquals(200, scaled.status(), scaled.json().toString());
        assertEquals(3, scaled.json().path("to").intValue());
        FakeManager.Asked asked = managed.manager.asked().getFirst();
        assertEquals("POST", asked.method());
        assertEquals("/v1/k8s/scale?deployment=codetether", asked.target());
        assertEquals("{\"replicas\":3}", asked.body());
        assertEquals("Bearer pod-token-1", asked.authorization());
        assertEquals("operator", asked.principal());
        Files.writeString(folder.resolve("token"), "pod-token-2\n");
        managed.scale();
        assertEquals("Bearer pod-token-2", managed.manager.asked().getLast().authorization());
        JsonNode outcome = managed.lastOutcome();
        assertEquals(managed.manager.asked().getLast().requestId(), Trail.text(outcome, "request_id"));
    }

    @Test
    void recordsIntentThenTheTrueOutcome() throws Exception {
        managed.scale();
        List<JsonNode> records = Trail.of(managed.gateway).of(DEPLOYMENT);
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
            managed.manager.answers(FakeManager.Behaviour.json(200, found));
            Reply done = managed.ask("POST", "/v1/k8s/" + act, "");
            assertEquals(200, done.status(), done.json().toString());
            assertEquals("{}", managed.manager.asked().getFirst().body());
            assertEquals("k8s." + act, Trail.text(managed.lastOutcome(), "action"));
        }
        managed.ask("POST", "/v1/k8s/restart", "{\"reason\":\"a new day\"}");
        assertEquals(
                "{\"reason\":\"a new day\"}", managed.manager.asked().getLast().body());
        assertEquals("a new day", Trail.metadata(managed.lastOutcome(), "reason"));
    }

    @Test
    void handsOnWhatTheManagerKnowsAndAddsItself() throws Exception {
        managed.manager.answers(
                FakeManager.Behaviour.json(200, "{\"in_cluster\":true,\"leader\":\"m-1\",\"healthy\":false}"));
        JsonNode status = managed.ask("GET", "/v1/k8s/status", "").json();
        assertEquals("m-1", status.path("leader").asString());
        assertTrue(status.path("gateway").path("audit_ephemeral").asBoolean());
        assertEquals(
                "codetether-1", status.path("gateway").path("pod").path("name").asString());
        assertEquals("", managed.manager.asked().getFirst().body());
        managed.manager.answers(FakeManager.Behaviour.json(200, "{\"pods\":[{\"name\":\"a\"}]}"));
        assertEquals(
                1, managed.ask("GET", "/v1/k8s/pods", "").json().path("pods").size());
        managed.manager.answers(FakeManager.Behaviour.json(200, "{\"actions\":[]}"));
        assertTrue(
                managed.ask("GET", "/v1/k8s/actions", "").json().path("actions").isArray());
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
        Reply refused = managed.ask("POST", "/v1/k8s/scale", body);
        assertEquals(400, refused.status(), refused.json().toString());
        assertEquals("invalid_argument", refused.code());
        assertEquals(List.of(), managed.manager.asked());
        assertEquals("failure", Trail.text(managed.lastOutcome(), "outcome"));
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
        assertEquals("invalid_argument", managed.ask(method, path, body).code());
        assertEquals(List.of(), managed.manager.asked());
    }

    @ParameterizedTest
    @CsvSource({"0", "100"})
    void takesTheBounds(int replicas) throws Exception {
        managed.manager.answers(FakeManager.Behaviour.json(
                200, "{\"deployment\":\"d\",\"from\":1,\"to\":" + replicas + ",\"changed\":false}"));
        assertEquals(
                200,
                managed.ask("POST", "/v1/k8s/scale", "{\"replicas\":" + replicas + "}")
                        .status());
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
        Reply reply = managed.ask(
                Jwt.of(who, Duration.ofMinutes(5)),
                method,
                "/v1/k8s/" + what,
                what.equals("scale") ? "{\"replicas\":3}" : "");
        assertEquals(!allowed, reply.status() == 403, reply.json().toString());
        assertEquals(allowed ? 1 : 0, managed.manager.asked().size());
    }

    @ParameterizedTest
    @CsvSource({"POST, status", "GET, scale", "DELETE, pods", "PUT, restart"})
    void refusesOtherMethods(String method, String what) throws Exception {
        assertEquals(405, managed.ask(method, "/v1/k8s/" + what, "").status());
        assertEquals(List.of(), managed.manager.asked());
    }

    @Test
    void saysThatThereIsNoManager() throws Exception {
        assertEquals(List.of(), managed.gateway.reload(managed.yaml("", "")));
        JsonNode status = managed.ask("GET", "/v1/k8s/status", "").json();
        assertTrue(status.path("in_cluster").asBoolean());
        assertFalse(status.path("manager").asBoolean(true));
        assertEquals(
                "agents", status.path("gateway").path("pod").path("namespace").asString());
        for (String what : List.of("scale", "health", "reconcile", "restart")) {
            Reply refused = managed.ask("POST", "/v1/k8s/" + what, what.equals("scale") ? "{\"replicas\":3}" : "");
            assertEquals(503, refused.status());
            assertEquals("no_manager", refused.code());
        }
    }

    @Test
    void saysThatThereIsNoCluster(@TempDir Path outside) throws Exception {
        managed.ca.writeCert(outside, "manager-ca.crt");
        try (TestGateway alone =
                        TestGateway.start(outside, managed.yaml("https://localhost:" + managed.manager.port()));
                HttpClient by = alone.client(HttpClient.Version.HTTP_1_1)) {
            String token = TestGateway.TOKEN;
            Reply status = managed.ask(alone, by, token, "GET", "/v1/k8s/status", "");
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
                Reply refused = managed.ask(alone, by, token, each[0], "/v1/k8s/" + each[1], each[2]);
                assertEquals(503, refused.status());
                assertEquals("not_in_cluster", refused.code());
            }
            assertEquals(
                    "invalid_argument",
                    managed.ask(alone, by, token, "POST", "/v1/k8s/scale", "{\"replicas\":101}")
                            .code());
            assertEquals(List.of(), managed.manager.asked());
            assertEquals(
                    "error", Trail.text(Trail.of(alone).of("/v1/k8s/restart").getLast(), "outcome"));
        }
    }
}
