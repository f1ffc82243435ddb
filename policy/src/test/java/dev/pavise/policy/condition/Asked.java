package dev.pavise.policy.condition;

import dev.pavise.policy.Facts;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A request as a test describes it. */
record Asked(
        String method,
        String host,
        String path,
        @Nullable String query,
        Map<String, String> headers,
        Map<String, String> variables,
        String address,
        Instant time)
        implements Facts {
    static final Asked USUAL = new Asked(
            "GET",
            "agents.example.com",
            "/agents/7/logs",
            null,
            Map.of("x-tenant", "acme", "x-empty", "", "accept", "text/plain"),
            Map.of("id", "7"),
            "192.0.2.7",
            Instant.parse("2026-11-02T10:15:30Z"));

    Asked with(String name, String value) {
        Map<String, String> more = new LinkedHashMap<>(headers);
        more.put(name, value);
        return new Asked(method, host, path, query, more, variables, address, time);
    }

    @Override
    public @Nullable String header(String name) {
        return headers.get(name);
    }
}
