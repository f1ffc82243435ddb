package dev.pavise.runner.receipt;

import dev.pavise.runner.run.Connection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.IntStream;

/**
 * The connections of a run as its result and its receipt name them, with the same words in both. They are bounded: where there are
 * more, each host, port and outcome stands once before any stands twice, and what is left out is counted.
 */
public final class ListedConnections {
    /** The most that are named. */
    public static final int MOST = 64;

    private ListedConnections() {}

    /** Adds {@code connections}, and where some are left out {@code connections_omitted}. */
    public static void add(Map<String, Object> members, List<Connection> connections) {
        Set<Integer> named = named(connections);
        members.put(
                "connections",
                named.stream().map(at -> members(connections.get(at))).toList());
        if (named.size() < connections.size()) {
            List<Connection> omitted = IntStream.range(0, connections.size())
                    .filter(at -> !named.contains(at))
                    .mapToObj(connections::get)
                    .toList();
            members.put("connections_omitted", counted(omitted));
        }
    }

    private record Destination(String host, int port, Connection.Outcome outcome) {}

    private static Set<Integer> named(List<Connection> connections) {
        Set<Integer> named = new TreeSet<>();
        Set<Destination> seen = new HashSet<>();
        for (int at = 0; at < connections.size() && named.size() < MOST; at++) {
            Connection one = connections.get(at);
            if (seen.add(new Destination(one.host(), one.port(), one.outcome()))) {
                named.add(at);
            }
        }
        for (int at = 0; at < connections.size() && named.size() < MOST; at++) {
            named.add(at);
        }
        return named;
    }

    private static Map<String, Object> counted(List<Connection> omitted) {
        return Map.of(
                "count", (long) omitted.size(),
                "refused",
                        omitted.stream()
                                .filter(each -> each.outcome() == Connection.Outcome.REFUSED)
                                .count(),
                "sent_bytes", omitted.stream().mapToLong(Connection::sentBytes).sum(),
                "received_bytes",
                        omitted.stream().mapToLong(Connection::receivedBytes).sum());
    }

    private static Map<String, Object> members(Connection connection) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (!connection.host().isEmpty()) {
            members.put("host", connection.host());
            members.put("port", (long) connection.port());
        }
        if (connection.address() != null) {
            members.put("address", connection.address());
        }
        members.put("sent_bytes", connection.sentBytes());
        members.put("received_bytes", connection.receivedBytes());
        members.put("duration_ms", connection.duration().toMillis());
        members.put("outcome", connection.outcome().code());
        if (!connection.reason().isEmpty()) {
            members.put("reason", connection.reason());
        }
        return members;
    }
}
