package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.verify.AuditVerifier;
import dev.pavise.auditlog.verify.Verification;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/** {@code kill -9} of a whole gateway process under load: what was acknowledged is written down, and the next start carries on at once. */
final class KilledGatewayTest {
    private static final int ENOUGH = 500;
    private static final int CLIENTS = 4;

    @TempDir
    Path folder;

    private final Set<String> acknowledged = ConcurrentHashMap.newKeySet();
    private final Set<String> arrived = ConcurrentHashMap.newKeySet();

    @ParameterizedTest
    @ValueSource(strings = {"process", "disk"})
    void losesNoRecordOfAnAcknowledgedRequest(String durability) throws Exception {
        try (RawOrigin origin = RawOrigin.answering((request, wire) -> {
            arrived.add(request.field("x-request-id"));
            RawOrigin.respond(wire, "ok");
        })) {
            Path file = folder.resolve("pavise.yaml");
            Files.writeString(
                    file,
                    "listen: {https: \"127.0.0.1:0\"}\ndata_dir: " + folder.resolve("data") + "\n"
                            + Yaml.oneRoute(origin.port(), "audit: {durability: " + durability + "}\n"));
            for (int round = 0; round < 2; round++) {
                loadAndKill(file);
            }
            Set<String> all = Set.copyOf(acknowledged);
            try (TestGateway next = TestGateway.existing(file)) {
                try (Wire wire = Wire.to(next)) {
                    assertEquals(
                            200, wire.request("GET", "/agents/after").answer().status());
                }
                List<JsonNode> records = Trail.of(next).all();
                assertRecorded(records, all);
                assertEquals(List.of("false", "true", "true"), crashesTold(records));
            }
        }
        Path data = folder.resolve("data");
        Verification found = AuditVerifier.verify(
                new AuditVerifier.Request(data.resolve("audit"), null, data.resolve("audit.anchor"), null), done -> {});
        assertInstanceOf(Verification.Whole.class, found, found.toString());
    }

    private void assertRecorded(List<JsonNode> records, Set<String> all) {
        Set<String> intents = new HashSet<>();
        Set<String> outcomes = new HashSet<>();
        Map<Long, Integer> places = new HashMap<>();
        for (JsonNode record : records) {
            String id = Trail.text(record, "request_id");
            switch (Trail.text(record, "phase")) {
                case "intent" -> intents.add(id);
                case "outcome" -> outcomes.add(id);
                default -> {}
            }
            places.merge(record.path("seq").asLong(), 1, Integer::sum);
        }
        assertTrue(all.size() >= 2 * ENOUGH, all.size() + " were acknowledged");
        assertEquals(List.of(), missing(all, outcomes), "acknowledged, and no outcome");
        assertEquals(List.of(), missing(all, intents), "acknowledged, and no intent");
        assertEquals(List.of(), missing(arrived, intents), "reached the upstream, and no intent");
        assertEquals(records.size(), places.size(), "each place once");
    }

    private static List<String> crashesTold(List<JsonNode> records) {
        return records.stream()
                .filter(each -> Trail.text(each, "event_type").equals("gateway_started"))
                .map(each -> Trail.metadata(each, "after_crash"))
                .toList();
    }

    private static List<String> missing(Set<String> wanted, Set<String> there) {
        return wanted.stream().filter(each -> !there.contains(each)).toList();
    }

    private void loadAndKill(Path file) throws Exception {
        List<Thread> clients = new ArrayList<>();
        int before = acknowledged.size();
        try (GatewayProcess process = GatewayProcess.start(file)) {
            SSLContext trust = process.trust();
            for (int i = 0; i < CLIENTS; i++) {
                clients.add(Thread.ofVirtual().start(() -> ask(trust, process.port())));
            }
            Eventually.holds("it is under load", () -> acknowledged.size() >= before + ENOUGH);
        }
        for (Thread client : clients) {
            client.join();
        }
    }

    private void ask(SSLContext trust, int port) {
        try (Wire wire = Wire.to(trust, port)) {
            while (true) {
                Wire.Message answer = wire.request("GET", "/agents/1").answer();
                if (answer.status() == 200 && answer.text().equals("ok")) {
                    acknowledged.add(answer.field("x-request-id"));
                }
            }
        } catch (IOException | RuntimeException killed) {
            // which is what this is about
        }
    }
}
