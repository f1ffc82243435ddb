package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.AuditRecord;
import dev.pavise.auditlog.AuditUnavailable;
import dev.pavise.auditlog.Outcome;
import dev.pavise.auditlog.Phase;
import dev.pavise.auditlog.Stored;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Questions to the trail of a running gateway: {@code alice} and {@code bob} may ask, and where it says so see only their own. */
final class AuditQueriesTest {
    private static final int RECORDS = 3000;
    private static final String ACCESS = """
            identity: {issuers: [{name: corp, secret: "%s", leeway: 0s}]}
            roles:
              - {name: reader, permissions: ["audit:read"]}
              - {name: auditor, permissions: ["audit:read"]}
            bindings:
              - {principal: "jwt:corp:alice", roles: [reader]}
              - {principal: "jwt:corp:bob", roles: [auditor]}
            """.formatted(Jwt.SECRET);
    private static final String OWN =
            "audit: {visible: \"record.actor == identity.id || 'auditor' in identity.roles\"}\n";

    private static final Stored MUST = new Stored() {
        @Override
        public void stored(long seq) {}

        @Override
        public void unavailable(AuditUnavailable why) {
            throw new IllegalStateException(why.toString());
        }
    };

    @TempDir
    Path folder;

    private TestGateway gateway;

    private void start(String more) throws Exception {
        gateway = TestGateway.start(folder, Yaml.oneRoute(1, ACCESS + more));
        for (int i = 0; i < RECORDS; i++) {
            gateway.server()
                    .audit()
                    .log()
                    .append(
                            AuditRecord.of(
                                            Phase.EVENT,
                                            i % 10 == 0 ? "jwt:corp:alice" : "key:crowd",
                                            "app.act",
                                            "thing/" + i)
                                    .eventType(i % 100 == 0 ? "config_change" : "app.acted")
                                    .outcome(i % 3 == 0 ? Outcome.FAILURE : Outcome.SUCCESS)
                                    .sessionId("session-" + i % 7)
                                    .metadata("text", "x".repeat(400))
                                    .build(),
                            MUST);
        }
    }

    @AfterEach
    void stop() {
        gateway.close();
    }

    private HttpResponse<String> ask(HttpClient.Version version, String subject, String body, String... headers)
            throws Exception {
        try (HttpClient client = gateway.client(version)) {
            HttpRequest.Builder request = HttpRequest.newBuilder(gateway.uri("/v1/audit/query"))
                    .header("authorization", "Bearer " + Jwt.of(subject, Duration.ofMinutes(5)))
                    .POST(HttpRequest.BodyPublishers.ofString(body));
            if (headers.length > 0) {
                request.headers(headers);
            }
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private JsonNode figures(String subject, String body) throws Exception {
        HttpResponse<String> answer = ask(HttpClient.Version.HTTP_1_1, subject, body);
        assertEquals(200, answer.statusCode(), answer.body());
        return JsonMapper.shared().readTree(answer.body());
    }

    @Test
    void filtersAndCounts() throws Exception {
        start("");
        assertEquals(300, count("{\"actor\":\"alice\",\"action\":\"app.*\",\"count\":true}"));
        assertEquals(RECORDS, count("{\"action\":\"app.act\",\"count\":true}"));
        assertEquals(30, count("{\"event_type\":\"config_change\",\"resource\":\"thing/*\",\"count\":true}"));
        assertEquals(1, count("{\"resource\":\"thing/77\",\"count\":true}"));
        assertEquals(1000, count("{\"outcome\":\"failure\",\"action\":\"app.act\",\"count\":true}"));
        assertEquals(0, count("{\"to\":\"2020-01-01T00:00:00Z\",\"count\":true}"));

        JsonNode histogram = figures("bob", "{\"action\":\"app.act\",\"histogram\":\"1d\"}");
        assertEquals(RECORDS, histogram.get("count").asInt());
        assertEquals(86_400, histogram.get("bucket_seconds").asInt());
        int failures = 0;
        for (JsonNode bar : histogram.get("histogram")) {
            failures += bar.path("counts").path("failure").asInt(0);
        }
        assertEquals(1000, failures);
    }

    private int count(String body) throws Exception {
        return figures("bob", body).get("count").asInt();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void streamsAnyNumberOfRows(HttpClient.Version version) throws Exception {
        start("");
        HttpResponse<String> answer =
                ask(version, "bob", "{\"action\":\"app.act\",\"order\":\"asc\"}", "accept", "application/jsonl");
        assertEquals(200, answer.statusCode());
        assertEquals(
                "application/jsonl", answer.headers().firstValue("content-type").orElse(""));
        List<String> lines = answer.body().lines().toList();
        assertEquals(RECORDS, lines.size());
        for (int i = 0; i < RECORDS; i += 500) {
            assertEquals(
                    "thing/" + i,
                    JsonMapper.shared().readTree(lines.get(i)).get("resource").asString());
        }
        Trail.of(gateway)
                .await("/v1/audit/query", each -> Trail.metadata(each, "ended").equals("complete"));
    }

    @Test
    void tellsWhereAStreamEndedEarly() throws Exception {
        start("");
        List<String> rows = new ArrayList<>();
        String cursor = "";
        do {
            HttpResponse<String> answer = ask(
                    HttpClient.Version.HTTP_1_1,
                    "bob",
                    "{\"actor\":\"alice\",\"action\":\"app.act\",\"limit\":130" + cursor + "}",
                    "accept",
                    "text/html, application/x-ndjson;q=0.9");
            List<String> lines = answer.body().lines().toList();
            JsonNode last = JsonMapper.shared().readTree(lines.getLast());
            boolean more = last.has("next");
            rows.addAll(more ? lines.subList(0, lines.size() - 1) : lines);
            cursor = more ? ",\"cursor\":\"" + last.get("next").asString() + "\"" : "";
        } while (!cursor.isEmpty());
        assertEquals(300, rows.size());
    }

    /** Who does not read is waited for without a thread, and is given up after the idle timeout. */
    @Test
    void waitsForWhoDoesNotRead() throws Exception {
        start("limits: {idle_timeout: 2s}\n");
        try (Wire wire = Wire.to(gateway)) {
            wire.send(
                    "GET /v1/audit/events HTTP/1.1\r\nHost: localhost\r\nAccept: application/jsonl\r\nAuthorization: Bearer "
                            + Jwt.of("bob", Duration.ofMinutes(5)) + "\r\n\r\n");
            for (int i = 0; i < 3; i++) {
                assertEquals(RECORDS, count("{\"action\":\"app.act\",\"count\":true}"));
            }
            // What the sockets hold comes, and then, as this is a little log, perhaps all.
            JsonNode end = Trail.of(gateway).end("/v1/audit/events");
            assertTrue(List.of("idle_timeout", "complete").contains(Trail.metadata(end, "ended")), end::toString);
        }
    }

    @Test
    void refusesWhatIsNotUnderstood() throws Exception {
        start("");
        HttpResponse<String> answer = ask(HttpClient.Version.HTTP_1_1, "bob", "{\"nonsense\":1}");
        assertEquals(400, answer.statusCode(), answer.body());
        assertTrue(answer.body().contains("nonsense"), answer.body());
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(
                    400,
                    wire.send("GET /v1/audit/events?limit=-1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                    + Jwt.of("bob", Duration.ofMinutes(5)) + "\r\n\r\n")
                            .answer()
                            .status());
        }
    }

    @Test
    void showsOnlyWhatTheConditionLetsThrough() throws Exception {
        start(OWN);
        assertEquals(
                300,
                figures("alice", "{\"action\":\"app.act\",\"count\":true}")
                        .get("count")
                        .asInt());
        assertEquals(RECORDS, count("{\"action\":\"app.act\",\"count\":true}"));
        assertEquals(
                0,
                figures("alice", "{\"actor\":\"crowd\",\"count\":true}")
                        .get("count")
                        .asInt());
        assertEquals(
                300,
                figures("alice", "{\"action\":\"app.act\",\"histogram\":\"1d\"}")
                        .get("count")
                        .asInt());
        String page =
                ask(HttpClient.Version.HTTP_1_1, "alice", "{\"limit\":1000}").body();
        String stream = ask(HttpClient.Version.HTTP_1_1, "alice", "{}", "accept", "application/jsonl")
                .body();
        assertFalse(page.contains("key:crowd"));
        assertFalse(stream.contains("key:crowd"));
        assertTrue(stream.lines().filter(line -> line.contains("app.act")).count() == 300);
    }

    /** What cannot be told hides the record: nobody has this claim. */
    @Test
    void showsNothingWhereTheConditionErrs() throws Exception {
        start("audit: {visible: \"record.metadata.tenant == identity.claims.tenant\"}\n");
        assertEquals(0, count("{\"count\":true}"));
        assertEquals(
                "",
                ask(HttpClient.Version.HTTP_1_1, "bob", "{}", "accept", "application/jsonl")
                        .body());
    }
}
