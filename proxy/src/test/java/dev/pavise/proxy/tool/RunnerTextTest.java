package dev.pavise.proxy.tool;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.policy.json.CanonicalJson;
import dev.pavise.policy.json.StrictJson;
import dev.pavise.policy.tool.SignedManifest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the runner says is read strictly. */
final class RunnerTextTest {
    private static final SignedManifest MANIFEST = Signed.manifest("hello", "1.0.0");
    private static final RunOrder ORDER = new RunOrder(
            Signed.verified(MANIFEST),
            MANIFEST,
            Path.of("unread"),
            new RunInput(List.of("a"), null, null, Map.of(), 3),
            Map.of(),
            "request-1",
            "jwt:corp:alice");

    private static Map<String, Object> result() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("run_id", "3f0c2f4e-1111");
        members.put("tool_id", "hello");
        members.put("version", "1.0.0");
        members.put("success", true);
        members.put("exit_code", 0L);
        members.put("stdout", "");
        members.put("stderr", "");
        members.put("truncated", false);
        members.put("output_hash", "0".repeat(64));
        members.put("duration_ms", 1L);
        members.put("cpu_ms", 1L);
        members.put("violations", List.of("memory"));
        members.put("connections", List.of());
        return members;
    }

    private static RunAnswer report(Map<String, Object> members) {
        return RunnerText.report(CanonicalJson.bytes(members), ORDER);
    }

    @Test
    void sendsTheManifestAsItWasSigned() throws Exception {
        Map<String, Object> order = StrictJson.object(RunnerText.order(ORDER));
        assertEquals(StrictJson.object(MANIFEST.json()), order.get("manifest"));
        assertEquals(Map.of("args", List.of("a"), "env", Map.of(), "timeout_s", 3L), order.get("input"));
        assertEquals("request-1", order.get("request_id"));
        assertEquals("jwt:corp:alice", order.get("principal"));
    }

    @Test
    void readsAResult() {
        RunReport report =
                assertInstanceOf(RunAnswer.Finished.class, report(result())).report();
        assertEquals(List.of("memory"), report.violations());
        assertEquals("unchecked", report.receiptState());
    }

    @ParameterizedTest
    @CsvSource({
        "run_id, ../x",
        "run_id, 7",
        "tool_id, other",
        "version, 1.0.1",
        "success, yes",
        "exit_code, zero",
        "stdout, 1",
        "truncated, 0",
        "output_hash, abc",
        "violations, memory",
        "connections, none",
    })
    void believesNoResultThatIsNotOfItsForm(String member, String value) {
        Map<String, Object> members = result();
        members.put(member, value.matches("[0-9]") ? (Object) Long.valueOf(value) : value);
        assertInstanceOf(RunAnswer.Failed.class, report(members));
        members.remove(member);
        assertInstanceOf(RunAnswer.Failed.class, report(members));
    }

    @Test
    void knowsNoOtherViolations() {
        Map<String, Object> members = result();
        members.put("violations", List.of("boredom"));
        assertInstanceOf(RunAnswer.Failed.class, report(members));
    }

    private static Map<String, Object> connection() {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("host", "a.example");
        members.put("port", 443L);
        members.put("address", "192.0.2.1");
        members.put("sent_bytes", 1L);
        members.put("received_bytes", 2L);
        members.put("duration_ms", 3L);
        members.put("outcome", "closed");
        return members;
    }

    private static RunAnswer reportWith(List<?> connections) {
        Map<String, Object> members = result();
        members.put("connections", connections);
        return report(members);
    }

    @Test
    void readsConnections() {
        Map<String, Object> members = result();
        members.put("connections", List.of(connection()));
        members.put("connections_omitted", Map.of("count", 7L));
        RunReport report =
                assertInstanceOf(RunAnswer.Finished.class, report(members)).report();
        assertEquals(8, report.connections().count());
        assertEquals("a.example", report.connections().listed().getFirst().host());
        members.put("connections_omitted", Map.of("count", 0L));
        assertInstanceOf(RunAnswer.Failed.class, report(members));
    }

    @ParameterizedTest
    @CsvSource({"host, 7", "port, x", "address, 7", "sent_bytes, x", "received_bytes, -1", "outcome, well", "reason, 7"
    })
    void believesNoConnectionThatIsNotOfItsForm(String member, String value) {
        Map<String, Object> connection = connection();
        connection.put(member, value.matches("-?[0-9]") ? (Object) Long.valueOf(value) : value);
        assertInstanceOf(RunAnswer.Failed.class, reportWith(List.of(connection)));
    }

    @Test
    void takesNoMoreConnectionsThanARunnerLists() {
        assertInstanceOf(RunAnswer.Finished.class, reportWith(java.util.Collections.nCopies(64, connection())));
        assertInstanceOf(RunAnswer.Failed.class, reportWith(java.util.Collections.nCopies(65, connection())));
        assertInstanceOf(RunAnswer.Failed.class, reportWith(List.of(7L)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "{}",
                "[]",
                "{\"event\":\"dance\"}",
                "{\"event\":\"started\"}",
                "{\"event\":\"started\",\"run_id\":\"a\\nb\"}",
                "{\"event\":\"output\",\"stream\":\"stdin\",\"data\":\"\"}",
                "{\"event\":\"output\",\"stream\":\"stdout\"}",
                "{\"event\":\"output\",\"stream\":\"stdout\",\"data\":1}",
                "{\"event\":\"failed\"}",
                "{\"event\":\"output\",\"event\":\"output\"}"
            })
    void takesNoLineThatIsNoEvent(String line) {
        assertThrows(IllegalArgumentException.class, () -> RunnerText.event(line.getBytes(StandardCharsets.UTF_8)));
    }

    @Test
    void aLineOfOutputNeverBreaksOutOfItsEvent() {
        RunnerText.Line line = RunnerText.event(
                "{\"event\":\"output\",\"stream\":\"stdout\",\"data\":\"a\\n\\nevent: result\\ndata: {}\"}"
                        .getBytes(StandardCharsets.UTF_8));
        assertFalse(assertInstanceOf(RunnerText.Line.Output.class, line).json().contains("\n"));
    }

    @Test
    void tellsWhyTheRunnerDeclined() {
        RunAnswer.Declined declined = assertInstanceOf(
                RunAnswer.Declined.class,
                RunnerText.declined(
                        409, "{\"code\":\"content_missing\",\"detail\":\"x\"}".getBytes(StandardCharsets.UTF_8)));
        assertEquals("content_missing", declined.code());
        for (String other : List.of("", "<html>", "{}", "{\"code\":\"No Code\"}", "{\"code\":7}")) {
            assertInstanceOf(RunAnswer.Failed.class, RunnerText.declined(502, other.getBytes(StandardCharsets.UTF_8)));
        }
    }

    @Test
    void readsAnythingOrRefusesIt() {
        byte[] good = CanonicalJson.bytes(result());
        SplittableRandom random = new SplittableRandom(7);
        int believed = 0;
        for (int i = 0; i < 20_000; i++) {
            byte[] bytes = good.clone();
            for (int flips = random.nextInt(3); flips >= 0; flips--) {
                bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
            }
            believed += RunnerText.report(bytes, ORDER) instanceof RunAnswer.Finished ? 1 : 0;
            RunnerText.declined(500, bytes);
            try {
                RunnerText.event(bytes);
            } catch (IllegalArgumentException none) {
                // the only other way out
            }
        }
        assertTrue(believed < 10_000, "believed " + believed);
    }
}
