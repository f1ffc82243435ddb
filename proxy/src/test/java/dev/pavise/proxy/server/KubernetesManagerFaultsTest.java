package dev.pavise.proxy.server;

import static dev.pavise.proxy.server.ManagedGateway.SCALED;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.proxy.server.ManagedGateway.Reply;
import dev.pavise.proxy.tls.TestCa;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
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

/** What a gateway makes of a manager that declines, lies, is silent or is somebody else. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class KubernetesManagerFaultsTest {
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
        managed.manager.answers(FakeManager.Behaviour.problem(theirs, code));
        if (theirs == 204) {
            managed.manager.answers(FakeManager.Behaviour.with(204, "application/json", ""));
        }
        Reply refused = managed.scale();
        assertEquals(ours, refused.status(), refused.json().toString());
        assertEquals(told, refused.code());
        assertEquals(1, managed.manager.asked().size());
        JsonNode record = managed.lastOutcome();
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
        managed.manager.answers(FakeManager.Behaviour.json(200, body));
        Reply refused = managed.scale();
        assertEquals("manager_failed", refused.code(), refused.json().toString());
        assertEquals("error", Trail.text(managed.lastOutcome(), "outcome"));
        assertEquals("unknown", Trail.metadata(managed.lastOutcome(), "done"));
    }

    @Test
    void believesNoHtml() throws Exception {
        managed.manager.answers(FakeManager.Behaviour.with(200, "text/html", SCALED));
        assertEquals("manager_failed", managed.scale().code());
    }

    @Test
    void takesNoMoreThanItsBound() throws Exception {
        managed.manager.answers(FakeManager.Behaviour.json(200, "{\"x\":\"" + "y".repeat(1 << 20) + "\"}"));
        Reply refused = managed.scale();
        assertEquals("manager_failed", refused.code());
        assertTrue(refused.detail().contains("larger than"), refused.detail());
    }

    @Test
    void givesUpOnAManagerThatIsSilent() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        managed.manager.answers(exchange -> {
            try {
                over.await();
            } catch (InterruptedException ending) {
                Thread.currentThread().interrupt();
            }
        });
        Reply refused = managed.scale();
        over.countDown();
        assertEquals(504, refused.status());
        assertEquals("manager_timeout", refused.code());
        assertEquals("error", Trail.text(managed.lastOutcome(), "outcome"));
        assertEquals("unknown", Trail.metadata(managed.lastOutcome(), "done"));
        assertEquals(1, managed.manager.asked().size()); // what may have been done is not asked for again
    }

    @Test
    void tellsOfAManagerThatBreaksOff() throws Exception {
        managed.manager.answers(exchange -> {
            exchange.getResponseHeaders().set("content-type", "application/json");
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            throw new IOException("gone");
        });
        assertEquals("manager_failed", managed.scale().code());
        assertEquals(1, managed.manager.asked().size());
    }

    @Test
    void tellsOfAManagerThatIsGone() throws Exception {
        int nobody;
        try (var closed = new java.net.ServerSocket(0)) {
            nobody = closed.getLocalPort();
        }
        assertEquals(List.of(), managed.gateway.reload(managed.yaml("https://localhost:" + nobody)));
        Reply refused = managed.scale();
        assertEquals(503, refused.status());
        assertEquals("manager_unavailable", refused.code());
        assertEquals("error", Trail.text(managed.lastOutcome(), "outcome"));
        assertEquals("no", Trail.metadata(managed.lastOutcome(), "done"));
    }

    @Test
    void sendsNothingToSomebodyElse() throws Exception {
        try (FakeManager named = new FakeManager(managed.ca, "other.example");
                FakeManager foreign = new FakeManager(TestCa.create("x"), "localhost")) {
            for (FakeManager wrong : List.of(named, foreign)) {
                assertEquals(List.of(), managed.gateway.reload(managed.yaml("https://localhost:" + wrong.port())));
                Reply refused = managed.scale();
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
            Reply refused = managed.scale();
            assertEquals("manager_unavailable", refused.code());
            assertEquals(List.of(), managed.manager.asked());
        } finally {
            Files.writeString(folder.resolve("token"), "pod-token-1");
        }
    }

    @Test
    void showsTheTokenNowhere() throws Exception {
        managed.manager.answers(FakeManager.Behaviour.problem(500, "x"));
        Reply refused = managed.scale();
        String all = refused.json() + Trail.of(managed.gateway).all().toString();
        assertFalse(all.contains("pod-token"), all);
    }
}
