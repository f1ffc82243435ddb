package dev.pavise.proxy.tool;

import java.util.List;
import java.util.Map;

/**
 * What a run reached of the network, or tried to.
 *
 * @param omitted how many there were beside those that are listed
 */
public record RunConnections(List<RunConnection> listed, long omitted) {
    /** The most that a runner may list. */
    static final int MOST = 64;

    /** A run that had no network. */
    public static final RunConnections NONE = new RunConnections(List.of(), 0);

    public RunConnections {
        listed = List.copyOf(listed);
    }

    /** All of them. */
    public long count() {
        return listed.size() + omitted;
    }

    /** Reads them from a result, or throws {@link IllegalArgumentException}. */
    static RunConnections of(Map<String, Object> result) {
        if (!(result.get("connections") instanceof List<?> listed) || listed.size() > MOST) {
            throw new IllegalArgumentException("`connections` is no list of at most " + MOST);
        }
        return new RunConnections(
                listed.stream().<RunConnection>map(RunConnection::of).toList(), omitted(result));
    }

    private static long omitted(Map<String, Object> result) {
        if (!result.containsKey("connections_omitted")) {
            return 0;
        }
        if (result.get("connections_omitted") instanceof Map<?, ?> omitted
                && omitted.get("count") instanceof Long count
                && count >= 1) {
            return count;
        }
        throw new IllegalArgumentException("`connections_omitted` has no count");
    }
}
