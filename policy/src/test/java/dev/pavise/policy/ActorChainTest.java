package dev.pavise.policy;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who acts for whom, as the claim {@code act} has it (RFC 8693, section 4.1). */
final class ActorChainTest {
    private static Map<String, Object> chain(int length) {
        Map<String, Object> actor = Map.of("sub", "a" + length);
        for (int at = length - 1; at > 0; at--) {
            actor = Map.of("sub", "a" + at, "act", actor);
        }
        return actor;
    }

    @Test
    void namesTheOneThatActsNowFirst() {
        assertEquals(Optional.of(List.of("a1")), ActorChain.read(chain(1)));
        assertEquals(Optional.of(List.of("a1", "a2", "a3")), ActorChain.read(chain(3)));
        assertEquals(
                Optional.of(List.of("agent@https://id.example")),
                ActorChain.read(Map.of("sub", "agent", "iss", "https://id.example", "client_id", 7L)));
    }

    @Test
    void takesEightAndNotNine() {
        assertEquals(8, ActorChain.read(chain(8)).orElseThrow().size());
        assertEquals(Optional.empty(), ActorChain.read(chain(9)));
        assertEquals(Optional.empty(), ActorChain.read(chain(1000)));
    }

    @Test
    void refusesWhatIsMalformed() {
        List<@Nullable Object> wrong = new ArrayList<>(List.of(
                "agent",
                1L,
                List.of(Map.of("sub", "a")),
                Map.of(),
                Map.of("sub", 1L),
                Map.of("sub", ""),
                Map.of("sub", " "),
                Map.of("sub", "a\nb"),
                Map.of("sub", "a\u202eb"),
                Map.of("sub", "x".repeat(256)),
                Map.of("iss", "https://id.example"),
                Map.of("sub", "a", "iss", 1L),
                Map.of("sub", "a", "iss", ""),
                Map.of("sub", "a", "act", "b"),
                Map.of("sub", "a", "act", Map.of()),
                Map.of("sub", "a", "act", List.of())));
        wrong.add(null);
        Map<String, @Nullable Object> nothing = new HashMap<>();
        nothing.put("sub", "a");
        nothing.put("act", null);
        wrong.add(nothing);
        for (Object claim : wrong) {
            assertEquals(Optional.empty(), ActorChain.read(claim), String.valueOf(claim));
        }
    }

    @Test
    void givesNoRights() {
        Policy policy = Policy.compile(
                List.of(new Role("reader", java.util.Set.of(Permission.parse("agent:list")))),
                List.of(Binding.ofPrincipal("jwt:corp:agent", java.util.Set.of("reader"))),
                List.of(),
                Map.of("corp", MayGrant.byDefault()));
        Principal alice = policy.principal(new Subject.Token(
                "corp",
                "alice",
                List.of(),
                List.of(),
                List.of(),
                Map.of("act", Map.of("sub", "agent", "permissions", List.of("agent:list"))),
                Instant.MAX));
        assertEquals(List.of("agent"), alice.actors());
        assertEquals(false, alice.permissions().allows(Permission.parse("agent:list")));
    }
}
