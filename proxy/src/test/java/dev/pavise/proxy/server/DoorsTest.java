package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which names are answered to, where browsers may come from, and what is behind each door. */
final class DoorsTest {
    private static final String BEARER = "Authorization: Bearer " + TestGateway.TOKEN + "\r\n";

    @TempDir
    Path folder;

    private RawOrigin origin;
    private TestGateway gateway;

    private void start(String listen, String more) throws Exception {
        origin = RawOrigin.echoing();
        gateway = TestGateway.startAt(listen, folder, Yaml.oneRoute(origin.port(), more));
    }

    private void start(String more) throws Exception {
        start("{https: \"127.0.0.1:0\"}", more);
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    private Wire at(String door) throws Exception {
        return Wire.to(gateway.trust(), gateway.server().address(door).getPort());
    }

    private static Wire.Message get(Wire wire, String host, String path, String fields) throws Exception {
        return wire.send("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n" + fields + "\r\n")
                .answer();
    }

    @ParameterizedTest
    @CsvSource({
        "agents.example.com, 200",
        "agents.example.com:9999, 200",
        "AGENTS.example.COM, 200",
        "a.inner.example.com, 200",
        "a.b.inner.example.com, 421",
        "inner.example.com, 421",
        "example.com, 421",
        "localhost, 421",
        "127.0.0.1, 421",
        "169.254.169.254, 421",
        "agents.example.com.evil.test, 421"
    })
    void answersToListedNamesOnly(String host, int status) throws Exception {
        start("hosts: [agents.example.com, \"*.inner.example.com\"]\n");
        try (Wire wire = Wire.to(gateway)) {
            assertEquals(status, get(wire, host, "/agents/1", BEARER).status());
            assertEquals(200, get(wire, host, "/health", "").status(), "health answers under any name");
        }
        assertEquals(status == 200 ? 1 : 0, origin.seen().size());
    }

    @Test
    void letsBrowsersInFromListedOriginsOnly() throws Exception {
        start("origins: [\"https://app.example.com\"]\n");
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message good = get(wire, "localhost", "/agents/1", BEARER + "Origin: https://app.example.com\r\n");
            assertEquals(200, good.status());
            assertEquals("https://app.example.com", good.field("access-control-allow-origin"));
            assertTrue(good.field("vary").contains("origin"), good.head());
            for (String bad : List.of("https://evil.example", "null", "http://app.example.com", "https://localhost")) {
                Wire.Message refused = get(wire, "localhost", "/agents/2", BEARER + "Origin: " + bad + "\r\n");
                assertEquals(403, refused.status(), bad);
                assertTrue(refused.text().contains("origin_not_allowed"), refused.text());
                assertFalse(refused.has("access-control-allow-origin"), refused.head());
            }
        }
        assertEquals(List.of("GET /agents/1"), origin.seen());
    }

    @Test
    void answersPreflightsItself() throws Exception {
        start("origins: [\"https://app.example.com\"]\n");
        String ask =
                "Access-Control-Request-Method: DELETE\r\nAccess-Control-Request-Headers: x-one, authorization\r\n";
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message yes = wire.anonymous("OPTIONS", "/agents/1", "Origin: https://app.example.com\r\n", ask)
                    .answer();
            assertEquals(204, yes.status());
            assertEquals("https://app.example.com", yes.field("access-control-allow-origin"));
            assertTrue(yes.field("access-control-allow-methods").contains("DELETE"), yes.head());
            assertEquals("x-one, authorization", yes.field("access-control-allow-headers"));
            assertEquals(
                    403,
                    wire.anonymous("OPTIONS", "/agents/1", "Origin: https://evil.example\r\n", ask)
                            .answer()
                            .status());
            assertEquals(401, wire.anonymous("OPTIONS", "/agents/1").answer().status(), "no preflight, no exception");
        }
        assertEquals(List.of(), origin.seen());
    }

    @Test
    void keepsTheManagementApiToItsOwnDoor() throws Exception {
        start("{https: \"127.0.0.1:0\", management: \"127.0.0.1:0\"}", "");
        try (Wire front = at("https");
                Wire back = at("management")) {
            assertEquals(404, front.request("GET", "/metrics").answer().status());
            assertEquals(404, front.request("GET", "/v1/audit/events").answer().status());
            assertEquals(200, front.request("GET", "/agents/1").answer().status());
            assertEquals(200, back.request("GET", "/metrics").answer().status());
            assertEquals(200, back.request("GET", "/v1/audit/events").answer().status());
            assertEquals(404, back.request("GET", "/agents/2").answer().status());
            assertEquals(401, back.anonymous("GET", "/metrics").answer().status());
            for (Wire each : List.of(front, back)) {
                assertEquals(
                        "ready\n",
                        each.anonymous("GET", "/health/ready").answer().text());
            }
        }
        assertEquals(List.of("GET /agents/1"), origin.seen());
    }

    @Test
    void showsMetricsUnderAnyNameAtTheirOwnDoor() throws Exception {
        start("{https: \"127.0.0.1:0\", metrics: \"127.0.0.1:0\"}", "hosts: [agents.example.com]\n");
        try (Wire wire = at("metrics")) {
            assertEquals(200, get(wire, "10.1.2.3:9464", "/metrics", BEARER).status());
            assertEquals(401, get(wire, "10.1.2.3:9464", "/metrics", "").status());
            assertEquals(
                    404, get(wire, "agents.example.com", "/agents/1", BEARER).status());
            assertEquals(
                    404,
                    get(wire, "agents.example.com", "/v1/audit/events", BEARER).status());
            assertEquals(200, get(wire, "10.1.2.3:9464", "/health/live", "").status());
        }
        assertEquals(List.of(), origin.seen());
    }

    @Test
    void tellsHealthToAnyoneAndNothingElse() throws Exception {
        start("");
        try (Wire wire = Wire.to(gateway)) {
            for (String path : List.of("/health", "/health/live", "/health/ready")) {
                Wire.Message answer = wire.anonymous("GET", path).answer();
                assertEquals(200, answer.status());
                assertTrue(answer.text().matches("ready\n|live\n"), answer.text());
                assertEquals(200, wire.anonymous("HEAD", path).headAnswer().status());
                int refused = wire.anonymous("POST", path, "Content-Length: 0\r\n")
                        .answer()
                        .status();
                assertTrue(refused == 401 || refused == 405, path + " answers POST with " + refused);
            }
            assertEquals(401, wire.anonymous("GET", "/metrics").answer().status());
            assertEquals(401, wire.anonymous("GET", "/v1/audit/events").answer().status());
        }
        assertEquals(List.of(), origin.seen());
    }
}
