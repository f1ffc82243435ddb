package dev.pavise.runner.receipt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pavise.runner.run.Connection;
import dev.pavise.runner.run.Connection.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ListedConnectionsTest {
    private static Connection to(String host, Outcome outcome, String reason) {
        return new Connection(host, host.isEmpty() ? 0 : 443, null, 2, 3, Duration.ofMillis(4), outcome, reason);
    }

    private static Map<String, Object> listed(List<Connection> connections) {
        Map<String, Object> members = new LinkedHashMap<>();
        ListedConnections.add(members, connections);
        return members;
    }

    private static List<?> named(Map<String, Object> members) {
        return (List<?>) members.get("connections");
    }

    @Test
    void namesThemAsTheyWere() {
        Map<String, Object> members = listed(List.of(
                new Connection("a.example", 443, "192.0.2.1", 10, 20, Duration.ofMillis(30), Outcome.CLOSED, ""),
                to("", Outcome.REFUSED, "no host")));
        assertEquals(
                Map.of(
                        "connections",
                        List.of(
                                Map.of(
                                        "host",
                                        "a.example",
                                        "port",
                                        443L,
                                        "address",
                                        "192.0.2.1",
                                        "sent_bytes",
                                        10L,
                                        "received_bytes",
                                        20L,
                                        "duration_ms",
                                        30L,
                                        "outcome",
                                        "closed"),
                                Map.of(
                                        "sent_bytes",
                                        2L,
                                        "received_bytes",
                                        3L,
                                        "duration_ms",
                                        4L,
                                        "outcome",
                                        "refused",
                                        "reason",
                                        "no host"))),
                members);
    }

    @Test
    void saysThatThereWereNone() {
        assertEquals(Map.of("connections", List.of()), listed(List.of()));
    }

    @Test
    void noNumberOfThemHidesADestination() {
        List<Connection> connections = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            connections.add(to("harmless.example", Outcome.CLOSED, ""));
        }
        connections.add(to("harmless.example", Outcome.REFUSED, "x"));
        connections.add(to("last.example", Outcome.CLOSED, ""));
        Map<String, Object> members = listed(connections);
        assertEquals(ListedConnections.MOST, named(members).size());
        assertTrue(named(members).toString().contains("last.example"));
        assertTrue(named(members).toString().contains("refused"));
        assertEquals(
                Map.of(
                        "count",
                        1002L - ListedConnections.MOST,
                        "refused",
                        0L,
                        "sent_bytes",
                        2 * (1002L - ListedConnections.MOST),
                        "received_bytes",
                        3 * (1002L - ListedConnections.MOST)),
                members.get("connections_omitted"));
        assertFalse(listed(connections.subList(0, ListedConnections.MOST)).containsKey("connections_omitted"));
    }
}
