package dev.pavise.proxy.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.auditlog.RefusalRollup;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** A flood of refusals over real connections, of mixed reasons and addresses (promise P4): none is lost, and the log does not grow with it. */
final class RefusalFloodTest {
    private static final int CONNECTIONS = 4;
    private static final int BATCH = 50;

    /** Reasons that are told apart, each with its own request; {@code %d} is an address. */
    private enum Sort {
        NO_ROUTE("GET /nowhere HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer " + TestGateway.TOKEN, 404),
        NO_CREDENTIAL("GET /agents/1 HTTP/1.1\r\nHost: localhost", 401),
        WRONG_CREDENTIAL("GET /agents/1 HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer nonsense", 401),
        MISDIRECTED("GET /agents/1 HTTP/1.1\r\nHost: elsewhere", 421);

        private final String head;
        private final int status;

        Sort(String head, int status) {
            this.head = head;
            this.status = status;
        }

        String request(int address) {
            return head + "\r\nX-Forwarded-For: 192.0.2." + address + "\r\n\r\n";
        }
    }

    @TempDir
    Path folder;

    private final ConcurrentMap<Sort, LongAdder> answered = new ConcurrentHashMap<>();

    private String yaml(int port) {
        return Yaml.oneRoute(
                port,
                "trusted_proxies: [\"127.0.0.0/8\"]\nlimits: {refused_credentials_per_address: \"1000000/second\"}\n");
    }

    /** Sends this many from each connection; returns how many were answered, all as they should be. */
    private long flood(Connecting connecting, int each, int addresses) throws Exception {
        AtomicInteger wrong = new AtomicInteger();
        long before = answered();
        List<Thread> clients = new ArrayList<>();
        for (int c = 0; c < CONNECTIONS; c++) {
            int client = c;
            clients.add(Thread.ofVirtual().start(() -> {
                try (Wire wire = connecting.connect()) {
                    for (int sent = 0; sent < each; sent += BATCH) {
                        batch(wire, client * each + sent, addresses, wrong);
                    }
                } catch (IOException | RuntimeException killed) {
                    // by the test that does so; the count tells
                }
            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        assertEquals(0, wrong.get(), "answers that are none of the refusals");
        return answered() - before;
    }

    private interface Connecting {
        Wire connect() throws IOException;
    }

    private void batch(Wire wire, int from, int addresses, AtomicInteger wrong) throws IOException {
        StringBuilder requests = new StringBuilder();
        List<Sort> sorts = new ArrayList<>();
        for (int i = from; i < from + BATCH; i++) {
            Sort sort = Sort.values()[i % Sort.values().length];
            sorts.add(sort);
            requests.append(sort.request(i / Sort.values().length % addresses));
        }
        wire.send(requests.toString());
        for (Sort sort : sorts) {
            if (wire.answer().status() == sort.status) {
                answered.computeIfAbsent(sort, made -> new LongAdder()).increment();
            } else {
                wrong.incrementAndGet();
            }
        }
    }

    private long answered() {
        return answered.values().stream().mapToLong(LongAdder::sum).sum();
    }

    private static boolean isOwn(JsonNode record) {
        return Trail.text(record, "phase").equals("outcome")
                && Trail.text(record, "outcome").equals("denied");
    }

    private static boolean isRolled(JsonNode record) {
        return Trail.text(record, "event_type").equals("refusals_rolled_up");
    }

    private static long told(List<JsonNode> records) {
        return records.stream().filter(RefusalFloodTest::isOwn).count()
                + records.stream()
                        .filter(RefusalFloodTest::isRolled)
                        .mapToLong(each -> Trail.number(each, "count"))
                        .sum();
    }

    private static Map<String, Long> byReason(List<JsonNode> records) {
        Map<String, Long> counts = new TreeMap<>();
        for (JsonNode record : records) {
            if (isOwn(record) || isRolled(record)) {
                counts.merge(
                        Trail.metadata(record, "reason"), isOwn(record) ? 1 : Trail.number(record, "count"), Long::sum);
            }
        }
        return counts;
    }

    @Test
    void countsEachOfTwentyThousandOnce() throws Exception {
        int each = 5_000;
        TestGateway gateway = TestGateway.start(folder, yaml(1));
        try {
            assertEquals(CONNECTIONS * each, flood(() -> Wire.to(gateway), each, 5));
        } finally {
            gateway.close();
        }
        try (TestGateway next = TestGateway.existing(gateway.file())) {
            List<JsonNode> records = Trail.of(next).all();
            assertEquals(CONNECTIONS * each, told(records));
            long quarter = CONNECTIONS * each / Sort.values().length;
            assertEquals(
                    Map.of(
                            "missing", quarter,
                            "misdirected", quarter,
                            "no_route", quarter,
                            "unknown_token", quarter),
                    byReason(records));
            assertTrue(records.size() < CONNECTIONS * each / 10, records.size() + " records");
        }
    }

    @Test
    void countsWhatOverflowsTheBucketsTogether() throws Exception {
        int each = 1_500;
        TestGateway gateway = TestGateway.start(folder, yaml(1));
        try {
            assertEquals(CONNECTIONS * each, flood(() -> Wire.to(gateway), each, 250));
        } finally {
            gateway.close();
        }
        try (TestGateway next = TestGateway.existing(gateway.file())) {
            List<JsonNode> records = Trail.of(next).all();
            assertEquals(CONNECTIONS * each, told(records));
            assertTrue(
                    records.stream()
                            .filter(RefusalFloodTest::isRolled)
                            .anyMatch(record -> Trail.metadata(record, "origin").equals(RefusalRollup.VARIOUS)),
                    "nothing overflowed");
            long seconds = records.stream()
                    .map(record -> Trail.text(record, "timestamp").substring(0, 19))
                    .distinct()
                    .count();
            long own = records.stream().filter(RefusalFloodTest::isOwn).count();
            long bound = (seconds + 1) * (ProxyServer.REFUSALS_TOLD_APART + 1) * RefusalRollup.OWN_RECORDS;
            assertTrue(own <= bound, own + " records of their own in " + seconds + " s");
        }
    }

    @Test
    void aKilledGatewayLosesNothingThatWasRolledUpBefore() throws Exception {
        Path file = folder.resolve("pavise.yaml");
        try (RawOrigin origin = RawOrigin.answering((request, wire) -> RawOrigin.respond(wire, "ok"))) {
            Files.writeString(
                    file,
                    "listen: {https: \"127.0.0.1:0\"}\ndata_dir: " + folder.resolve("data") + "\n"
                            + yaml(origin.port()));
            long settled;
            long all;
            Set<String> allowed = new HashSet<>();
            try (GatewayProcess process = GatewayProcess.start(file)) {
                settled = flood(process::wire, 1_000, 5);
                try (Wire wire = process.wire()) {
                    Eventually.holds("all are counted", () -> toldOver(wire) == settled);
                    Thread flood = Thread.ofVirtual().start(() -> floodUntilKilled(process));
                    Eventually.holds("a second flood", () -> answered() > settled + 1_000);
                    for (int i = 0; i < 20; i++) {
                        Wire.Message answer = wire.request("GET", "/agents/1").answer();
                        assertEquals(200, answer.status());
                        allowed.add(answer.field("x-request-id"));
                    }
                    process.kill();
                    flood.join();
                }
                all = answered();
            }
            try (TestGateway next = TestGateway.existing(file)) {
                List<JsonNode> records = Trail.of(next).all();
                long told = told(records);
                assertTrue(told >= settled, told + " of " + settled + " that were counted before");
                // What was under way is refused and counted, and its answer may be lost with the process.
                long underWay = CONNECTIONS * BATCH;
                assertTrue(told <= all + underWay, told + " of " + all);
                Set<String> outcomes = new HashSet<>();
                records.stream()
                        .filter(each -> Trail.text(each, "phase").equals("outcome"))
                        .forEach(each -> outcomes.add(Trail.text(each, "request_id")));
                assertTrue(outcomes.containsAll(allowed), "an allowed request has no record");
            }
        }
    }

    private void floodUntilKilled(GatewayProcess process) {
        try {
            flood(process::wire, 1_000_000, 5);
        } catch (Exception stopped) {
            throw new IllegalStateException(stopped);
        }
    }

    private static long toldOver(Wire wire) throws IOException {
        List<JsonNode> records = new ArrayList<>();
        String cursor = "";
        do {
            Wire.Message page =
                    wire.request("GET", "/v1/audit/events?limit=1000" + cursor).answer();
            JsonNode json = JsonMapper.shared().readTree(page.body());
            json.path("events").forEach(records::add);
            cursor = json.has("next") ? "&cursor=" + json.path("next").asString() : "";
        } while (!cursor.isEmpty());
        return told(records);
    }
}
