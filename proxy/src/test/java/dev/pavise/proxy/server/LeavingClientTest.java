package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** Clients that leave at any moment of a request: each intent gets one outcome all the same, and no place and no connection stays taken. */
final class LeavingClientTest {
    private static final int CLIENTS = 150;

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(20260704);
    private RawOrigin origin;
    private TestGateway gateway;

    @AfterEach
    void stop() {
        gateway.close();
        origin.close();
    }

    private void start(String durability) throws Exception {
        origin = RawOrigin.answering((request, wire) -> {
            wire.send("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < 20; i++) {
                wire.send("4\r\npart\r\n");
                LockSupport.parkNanos(100_000); // so that there are moments to leave in
            }
            wire.send("0\r\n\r\n");
        });
        gateway = TestGateway.start(folder, Yaml.oneRoute(origin.port(), "audit: {durability: " + durability + "}\n"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void leavesNothingOpenOverHttp1(String durability) throws Exception {
        start(durability);
        for (int i = 0; i < CLIENTS; i++) {
            try (Wire wire = Wire.to(gateway)) {
                wire.request("POST", "/agents/" + i, "Content-Length: 2000\r\n");
                wire.send(new byte[2000], 500 + random.nextInt(1501));
                LockSupport.parkNanos(random.nextLong(4_000_000));
                wire.reset();
            } catch (IOException gone) {
                // it may have been refused by then
            }
        }
        assertNothingOpen();
    }

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void leavesNothingOpenOverHttp2(String durability) throws Exception {
        start(durability);
        try (Http2Client client = Http2Client.to(gateway)) {
            for (int i = 0; i < CLIENTS; i++) {
                Http2End stream = client.open(Http2Client.head("POST", "/agents/" + i), false);
                stream.send(new byte[2000], random.nextBoolean());
                LockSupport.parkNanos(random.nextLong(4_000_000));
                stream.reset();
            }
            assertEquals(200, client.request("GET", "/health").message().status());
        }
        assertNothingOpen();
    }

    private void assertNothingOpen() throws Exception {
        Eventually.holds("every intent has its outcome", () -> open().isEmpty());
        Map<String, Integer> outcomes = count("outcome");
        outcomes.forEach((id, times) -> assertEquals(1, times, id));
        count("end").forEach((id, times) -> assertEquals(1, times, id));
        assertTrue(count("intent").size() > CLIENTS / 2, "most got that far");
        Eventually.holds("no connection is open but the asking one", () -> gateway.figure("pavise_connections") <= 1);
    }

    private List<String> open() throws Exception {
        Map<String, Integer> outcomes = count("outcome");
        return count("intent").keySet().stream()
                .filter(id -> !outcomes.containsKey(id))
                .toList();
    }

    private Map<String, Integer> count(String phase) throws Exception {
        Map<String, Integer> times = new HashMap<>();
        for (JsonNode each : Trail.of(gateway).all()) {
            if (Trail.text(each, "phase").equals(phase)
                    && Trail.text(each, "resource").startsWith("/agents/")) {
                times.merge(Trail.text(each, "request_id"), 1, Integer::sum);
            }
        }
        return times;
    }
}
