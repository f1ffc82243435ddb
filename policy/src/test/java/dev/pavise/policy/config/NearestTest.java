package dev.pavise.policy.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class NearestTest {
    @Test
    void findsTheNearestName() {
        List<String> known = List.of("limits", "listen", "hosts", "idle_timeout");
        assertEquals(Optional.of("limits"), Nearest.to("limist", known));
        assertEquals(Optional.of("idle_timeout"), Nearest.to("idleTimeout", known));
        assertEquals(Optional.of("hosts"), Nearest.to("HOSTS", known));
        assertEquals(Optional.empty(), Nearest.to("something", known));
        assertEquals(Optional.empty(), Nearest.to("x".repeat(100_000), known));
    }
}
