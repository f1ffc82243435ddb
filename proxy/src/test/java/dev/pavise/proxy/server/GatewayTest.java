package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The whole way of a request, over real TLS on loopback. */
final class GatewayTest {
    @TempDir
    Path folder;

    private TestOrigin origin;
    private TestGateway gateway;

    @BeforeEach
    void start() throws Exception {
        origin = new TestOrigin();
        gateway = TestGateway.start(folder, """
                upstreams:
                  runtime: {url: "http://127.0.0.1:%d"}
                routes:
                  - {name: agents, match: {path: "/agents/**"}, permission: "agent:list", upstream: runtime}
                """.formatted(origin.port()));
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void forwardsWhatIsAllowed(HttpClient.Version version) throws Exception {
        try (HttpClient client = gateway.client(version)) {
            for (int i = 0; i < 3; i++) {
                HttpResponse<String> answer = client.send(
                        gateway.request("/agents/7?x=1")
                                .POST(HttpRequest.BodyPublishers.ofString("hello"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
                assertEquals(200, answer.statusCode(), answer.body());
                assertEquals(version, answer.version());
                assertTrue(answer.body().startsWith("POST /agents/7?x=1\n"), answer.body());
                assertTrue(answer.body().endsWith("\nhello"), answer.body());
                assertTrue(answer.body().contains("x-pavise-principal: [operator]"), answer.body());
            }
        }
        assertEquals(3, origin.seen().size());
    }

    @ParameterizedTest
    @EnumSource(HttpClient.Version.class)
    void refusesWithoutCredential(HttpClient.Version version) throws Exception {
        try (HttpClient client = gateway.client(version)) {
            HttpResponse<String> answer = client.send(
                    HttpRequest.newBuilder(gateway.uri("/agents/7")).build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(401, answer.statusCode(), answer.body());
            assertTrue(answer.body().contains("\"code\":\"unauthenticated\""), answer.body());
            assertEquals(
                    "application/problem+json",
                    answer.headers().firstValue("content-type").orElse(""));
        }
        assertEquals(List.of(), origin.seen());
    }

    @Test
    void deniesPathsWithoutRoute() throws Exception {
        try (HttpClient client = gateway.client(HttpClient.Version.HTTP_1_1)) {
            HttpResponse<String> answer =
                    client.send(gateway.request("/other").build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(404, answer.statusCode(), answer.body());
        }
        assertEquals(List.of(), origin.seen());
    }

    @Test
    void tellsItsHealthAndFigures() throws Exception {
        try (HttpClient client = gateway.client(HttpClient.Version.HTTP_2)) {
            assertEquals(
                    "ready\n",
                    client.send(
                                    HttpRequest.newBuilder(gateway.uri("/health"))
                                            .build(),
                                    HttpResponse.BodyHandlers.ofString())
                            .body());
            HttpResponse<String> metrics =
                    client.send(gateway.request("/metrics").build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(200, metrics.statusCode(), metrics.body());
            assertTrue(metrics.body().contains("pavise_audit_records_total"), metrics.body());
            HttpResponse<String> events = client.send(
                    gateway.request("/v1/audit/events?limit=5").build(), HttpResponse.BodyHandlers.ofString());
            assertEquals(200, events.statusCode(), events.body());
            assertTrue(events.body().contains("\"resource\":\"/metrics\""), events.body());
        }
    }
}
