package dev.pavise.proxy.gate;

import dev.pavise.policy.Rule;
import dev.pavise.policy.limit.Limiter;
import dev.pavise.proxy.forward.Upstream;
import org.jspecify.annotations.Nullable;

/**
 * A route as the gate and the exchange need it.
 *
 * @param rule the permission that it needs, and what else must hold
 * @param external asked where the rule wants a decision from outside; null exactly where it does not
 * @param limit for each principal on this route, or null where the configuration names none
 * @param timeoutNanos until the answer's head
 * @param bodyLimit bytes of a request body
 * @param passCredential whether the caller's credential goes on to the upstream
 * @param strictness what it asks of the audit log beyond what all do
 */
public record Route(
        Rule rule,
        @Nullable ExternalDecision external,
        Upstream upstream,
        @Nullable Limiter limit,
        long timeoutNanos,
        long bodyLimit,
        boolean passCredential,
        Strictness strictness) {
    public Route {
        if (rule.external() != (external != null)) {
            throw new IllegalArgumentException("rule and route disagree on asking outside");
        }
    }

    /** In records, refusals and metrics. */
    public String name() {
        return rule.name();
    }
}
