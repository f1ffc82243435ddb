package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.netty.handler.codec.http2.Http2Headers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;

/** A decision point outside, and everything that it can do wrong: only its yes lets a request through. */
final class ExternalAnswersTest {
    private static final List<String> BEHAVIOURS = List.of(
            "allow",
            "allow-object",
            "deny",
            "deny-reason",
            "undefined",
            "garbage",
            "text",
            "twice",
            "empty",
            "500",
            "401",
            "204",
            "redirect",
            "huge",
            "endless",
            "endless-500",
            "hang",
            "drip-head",
            "drip-body",
            "closes",
            "breaks-off",
            "not-http");
    private static final List<String> SLOW = List.of("hang", "drip-head", "drip-body");

    @TempDir
    static Path folder;

    private static final CountDownLatch never = new CountDownLatch(1);
    private static RawOrigin policy;
    private static RawOrigin origin;
    private static RawOrigin trap;
    private static TestGateway gateway;

    @BeforeAll
    static void start() throws Exception {
        origin = RawOrigin.echoing();
        trap = RawOrigin.answering((question, wire) -> answer(wire, "200 OK", "", "{\"result\":true}"));
        policy =
                RawOrigin.answering((question, wire) -> behave(question.target().replace("/v1/data/", ""), wire));
        StringBuilder routes = new StringBuilder();
        for (String behaviour : BEHAVIOURS) {
            String timeout = SLOW.contains(behaviour) ? "200ms" : "20s";
            routes.append("""
                      - name: "%s"
                        match: {path: "/%s/{id}"}
                        permission: "agent:list"
                        upstream: runtime
                        opa: {url: "http://127.0.0.1:%d/v1/data/%s", timeout: %s}
                    """.formatted(behaviour, behaviour, policy.port(), behaviour, timeout));
        }
        gateway = TestGateway.start(
                folder,
                """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                """.formatted(origin.port())
                        + routes
                        + Jwt.ISSUER.replaceAll("bindings:.*", "bindings:")
                        + BEHAVIOURS.stream()
                                .map(behaviour -> "  - {principal: \"jwt:corp:" + behaviour + "\", roles: [reader]}\n")
                                .collect(Collectors.joining()));
    }

    @AfterAll
    static void stop() {
        never.countDown();
        gateway.close();
        policy.close();
        origin.close();
        trap.close();
    }

    private static void answer(Wire wire, String status, String fields, String body) throws Exception {
        wire.send("HTTP/1.1 " + status + "\r\n" + fields + "Content-Length: " + body.length() + "\r\n\r\n" + body);
    }

    private static void behave(String behaviour, Wire wire) throws Exception {
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
            case "redirect" ->
                answer(
                        wire,
                        "307 Over There",
                        "Location: " + "http://127.0.0.1:" + trap.port() + "/v1/data/allow" + "\r\n",
                        yes);
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

    private static void drip(Wire wire, String text) throws Exception {
        for (char letter : text.toCharArray()) {
            wire.send(String.valueOf(letter));
            if (never.await(10, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
    }

    @ParameterizedTest
    @CsvSource({
        "allow,   200, -,                           -",
        "allow-object,200, -,                           -",
        "deny,   403, forbidden,                   external_denied: it said no",
        "deny-reason,   403, forbidden,                   external_denied: frozen",
        "undefined,   403, forbidden,                   external_denied: the decision is undefined",
        "garbage,   503, external_policy_unavailable, external_unavailable: its answer is not well-formed JSON",
        "text,   503, external_policy_unavailable, external_unavailable: its `result`",
        "twice,   503, external_policy_unavailable, external_unavailable: its answer is not well-formed JSON",
        "empty,   503, external_policy_unavailable, external_unavailable: its answer is not",
        "500,   503, external_policy_unavailable, external_unavailable: it answered with status 500",
        "401,   503, external_policy_unavailable, external_unavailable: it answered with status 401",
        "204,   503, external_policy_unavailable, external_unavailable: it answered with status 204",
        "redirect,   503, external_policy_unavailable, external_unavailable: it answered with status 307",
        "huge,   503, external_policy_unavailable, external_unavailable: its answer is larger than 65536",
        "endless,   503, external_policy_unavailable, external_unavailable: its answer is larger than 65536",
        "endless-500,   503, external_policy_unavailable, external_unavailable: it answered with status 500",
        "hang, 503, external_policy_unavailable, external_unavailable: it did not answer within 200 ms",
        "drip-head, 503, external_policy_unavailable, external_unavailable: it did not answer within 200 ms",
        "drip-body, 503, external_policy_unavailable, external_unavailable: it did not answer within 200 ms",
        "closes,   503, external_policy_unavailable, external_unavailable: ",
        "breaks-off,   503, external_policy_unavailable, external_unavailable: ",
        "not-http,   503, external_policy_unavailable, external_unavailable: ",
    })
    void goesOnOnlyByAYes(String behaviour, int status, String code, String reason) throws Exception {
        String path = "/" + behaviour + "/";
        // Each by a caller of its own, as of one caller only ten refusals a second are records of their own.
        String token = Jwt.of(behaviour, Duration.ofMinutes(5));
        try (Wire wire = Wire.to(gateway);
                Http2Client client = Http2Client.to(gateway)) {
            for (int i = 0; i < 2; i++) {
                assertEquals(status, wire.as(token, "GET", path + i).answer().status());
            }
            Http2Headers head = Http2Client.head("GET", path + 2);
            head.set("authorization", "Bearer " + token);
            assertEquals(status, client.open(head, true).message().status());
        }
        assertEquals(List.of(), trap.seen());
        for (int i = 0; i < 3; i++) {
            assertEquals(status == 200, origin.seen().contains("GET " + path + i));
            if (status == 200) {
                assertEquals(
                        List.of("intent unknown", "outcome success"),
                        Trail.of(gateway).story(path + i));
            } else {
                assertEquals(
                        List.of("outcome denied " + code), Trail.of(gateway).story(path + i));
                JsonNode record = Trail.of(gateway).of(path + i).getFirst();
                String told = Trail.metadata(record, "reason") + ": " + Trail.metadata(record, "detail");
                assertTrue(told.startsWith(reason), told);
                assertEquals(behaviour, Trail.metadata(record, "rule"));
                assertEquals("jwt:corp:" + behaviour, Trail.text(record, "actor"));
            }
        }
        String result = status == 200 ? "allowed" : status == 403 ? "denied" : "unavailable";
        assertEquals(3, counted(behaviour, result));
    }

    private static double counted(String rule, String result) throws Exception {
        try (Wire wire = Wire.to(gateway)) {
            String line = "pavise_external_decisions_total{result=\"" + result + "\",rule=\"" + rule + "\"} ";
            return wire.request("GET", "/metrics")
                    .answer()
                    .text()
                    .lines()
                    .filter(each -> each.startsWith(line))
                    .mapToDouble(each -> Double.parseDouble(each.substring(line.length())))
                    .sum();
        }
    }
}
