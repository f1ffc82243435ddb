package dev.pavise.policy.condition;

import dev.pavise.policy.Binding;
import dev.pavise.policy.MayGrant;
import dev.pavise.policy.Permission;
import dev.pavise.policy.Policy;
import dev.pavise.policy.Principal;
import dev.pavise.policy.Role;
import dev.pavise.policy.Rule;
import dev.pavise.policy.Subject;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Callers of the tests. */
final class Who {
    static final Permission LOGS = Permission.parse("agent:logs");
    static final Rule RULE = Rule.of("logs", LOGS);
    static final Policy POLICY = Policy.compile(
            List.of(new Role("reader", Set.of(LOGS))),
            List.of(
                    Binding.ofPrincipal("jwt:corp:alice", Set.of("reader")),
                    Binding.ofPrincipal("cert:agent", Set.of("reader"))),
            List.of(LOGS),
            Map.of("corp", MayGrant.byDefault()));

    private Who() {}

    static Principal token(Map<String, Object> claims, String... groups) {
        return POLICY.principal(new Subject.Token(
                "corp", "alice", List.of(), List.of(), List.of(groups), claims, Instant.parse("2030-01-01T00:00:00Z")));
    }

    static Principal certificate() {
        return POLICY.principal(new Subject.Certificate("agent"));
    }
}
