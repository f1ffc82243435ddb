package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/** Routes that ask more of the audit log than the rest (promise P4: stricter only). */
final class RouteStrictnessTest {
    private static final String ROUTES = """
            upstreams:
              runtime: {url: "http://127.0.0.1:%d"}
            routes:
              - {name: strict, match: {path: "/strict/**"}, permission: "agent:list", upstream: runtime, audit: {durability: disk}}
              - {name: roomy, match: {path: "/roomy/**"}, permission: "agent:list", upstream: runtime, audit: {low_water: 16TiB}}
              - {name: plain, match: {path: "/plain/**"}, permission: "agent:list", upstream: runtime}
            """;

    @TempDir
    Path folder;

    private @Nullable HeldLog opened;
    private TestOrigin origin;
    private TestGateway gateway;

    private HeldLog start() throws Exception {
        origin = new TestOrigin();
        gateway = TestGateway.startOn(
                settings -> {
                    HeldLog log = HeldLog.open(settings);
                    opened = log;
                    return log.asStore();
                },
                folder,
                ROUTES.formatted(origin.port()));
        return Objects.requireNonNull(opened);
    }

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    @Test
    void forwardsAndAnswersOnlyWhenTheRecordsAreOnTheDisk() throws Exception {
        HeldLog log = start();
        try (Wire strict = Wire.to(gateway);
                Wire plain = Wire.to(gateway)) {
            strict.request("GET", "/strict/1");
            CompletableFuture<Wire.Message> answer = new CompletableFuture<>();
            Thread.ofVirtual().start(() -> {
                try {
                    answer.complete(strict.answer());
                } catch (IOException failure) {
                    answer.completeExceptionally(failure);
                }
            });
            Eventually.holds("an intent that waits for the disk", () -> log.held() == 1);
            assertEquals(200, plain.request("GET", "/plain/1").answer().status());
            assertEquals(List.of("intent unknown"), Trail.of(gateway).story("/strict/1"));
            assertEquals(1, origin.seen().size(), "the strict request came through before its record was synced");
            log.release();
            Eventually.holds("an outcome that waits for the disk", () -> log.held() == 1);
            assertEquals(2, origin.seen().size());
            assertEquals(
                    List.of("intent unknown", "outcome success"),
                    Trail.of(gateway).story("/strict/1"));
            assertFalse(answer.isDone(), "the answer came before its record was synced");
            log.release();
            assertEquals(200, answer.get(10, TimeUnit.SECONDS).status());
        }
    }

    @Test
    void refusesEarlierWhereARouteWantsMoreRoom() throws Exception {
        start();
        try (Wire wire = Wire.to(gateway)) {
            Wire.Message refused = wire.request("GET", "/roomy/1").answer();
            assertEquals(503, refused.status());
            assertTrue(refused.text().contains("\"code\":\"audit_unavailable\""), refused.text());
            assertEquals(200, wire.request("GET", "/plain/1").answer().status());
        }
        assertEquals(1, origin.seen().size());
        assertEquals(
                List.of("outcome denied audit_unavailable"), Trail.of(gateway).story("/roomy/1"));
        JsonNode record = Trail.of(gateway).of("/roomy/1").getFirst();
        assertEquals("route_low_water", Trail.metadata(record, "reason"));
        assertTrue(
                Trail.metadata(record, "detail").endsWith("low-water mark of the route 17592186044416"),
                record::toString);
    }

    @Test
    void waitsForARealDisk() throws Exception {
        origin = new TestOrigin();
        gateway = TestGateway.start(folder, ROUTES.formatted(origin.port()));
        try (Wire wire = Wire.to(gateway)) {
            for (int i = 0; i < 5; i++) {
                assertEquals(200, wire.request("GET", "/strict/" + i).answer().status());
                assertEquals(
                        List.of("intent unknown", "outcome success"),
                        Trail.of(gateway).story("/strict/" + i));
            }
        }
    }
}
